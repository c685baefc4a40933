"""Rehearsals: begin one, let time pass in it, delete it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from iln.mail.tasks import nudge
from matching import rehearsal
from matching.admin import pages
from participants.invented.people import EmptyVocabulary
from rounds.models import Round

MOST, USUAL = 300, 60
FURTHEST = timedelta(days=3 * 365)


def _label(moment: str) -> str:
    return capfirst(Round._meta.get_field(moment).verbose_name)


class RehearsalForm(forms.Form):
    label_suffix = ""

    people = forms.IntegerField(
        label="Invented people", min_value=1, max_value=MOST, initial=USUAL
    )
    at = forms.ChoiceField(
        label="Begin when this has just passed",
        choices=[(moment, _label(moment)) for moment in rehearsal.MOMENTS],
        initial="matching_at",
    )


class DayForm(forms.Form):
    label_suffix = ""

    day = forms.DateField(
        label="Any other day", widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if abs(day - timezone.localdate()) > FURTHEST:
            raise forms.ValidationError("Choose a day within three years.")
        return day


class RehearsalViews:
    """Pages that a round's matching day has for its rehearsals."""

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        name = "matching_rehearsal"
        return [
            path(
                "day/<int:round_id>/rehearse/",
                guarded(self.rehearse_view),
                name="matching_rehearse",
            ),
            path("rehearsal/<int:round_id>/", guarded(self.rehearsal_view), name=name),
            path(
                "rehearsal/<int:round_id>/delete/",
                guarded(require_POST(self.dissolve_view)),
                name=f"{name}_delete",
            ),
            *super().get_urls(),
        ]

    def rehearse_view(self, request: HttpRequest, round_id: int) -> HttpResponse:
        """Ask how large it shall be, and begin."""
        _require(request)
        round_ = get_object_or_404(Round.objects.public(), pk=round_id)
        form = RehearsalForm(request.POST or None)
        if form.is_valid():
            try:
                made = rehearsal.rehearse(round_, **form.cleaned_data)
            except EmptyVocabulary as error:
                form.add_error(None, str(error))
            else:
                self.log_addition(request, made, f"Began a rehearsal of {round_}.")
                return redirect("admin:matching_rehearsal", made.pk)
        return pages.render(
            self,
            request,
            "rehearse.html",
            round_,
            title=f"Rehearse {round_}",
            step="Ready?",
            form=form,
        )

    def rehearsal_view(self, request: HttpRequest, round_id: int) -> HttpResponse:
        """Where it stands, and its calendar to travel in."""
        _require(request)
        round_ = _rehearsal(round_id)
        form = DayForm(request.POST if "day" in request.POST else None)
        moment = request.POST.get("moment")
        if moment in rehearsal.MOMENTS:
            by = rehearsal.days_until(getattr(round_, moment))
            return self._travel(request, round_, by)
        if form.is_valid():
            by = form.cleaned_data["day"] - timezone.localdate()
            return self._travel(request, round_, by)
        return pages.render(
            self,
            request,
            "rehearsal.html",
            round_,
            title=str(round_),
            step="Ready?",
            moments=_moments(round_),
            form=form,
        )

    def _travel(
        self, request: HttpRequest, round_: Round, by: timedelta
    ) -> HttpResponse:
        rehearsal.travel(round_, by)
        nudge()  # some mails may be due by now
        self.message_user(
            request,
            f"{round_} is now at this stage: {round_.phase.label}.",
            messages.SUCCESS,
        )
        return redirect("admin:matching_rehearsal", round_.pk)

    def dissolve_view(self, request: HttpRequest, round_id: int) -> HttpResponse:
        _require(request)
        round_ = _rehearsal(round_id)
        self.log_deletions(request, [round_])
        rehearsal.dissolve(round_)
        self.message_user(
            request,
            f"{round_} is deleted, with all its people and mails.",
            messages.SUCCESS,
        )
        return redirect("admin:rounds_round_changelist")


def _require(request: HttpRequest) -> None:
    pages.require(
        request, "matching.view_proposal", "rounds.add_round", "rounds.change_round"
    )


def _rehearsal(round_id: int) -> Round:
    round_ = get_object_or_404(Round, pk=round_id)
    if not round_.is_rehearsal:
        raise Http404("Only rehearsals have such a page.")
    return round_


def _moments(round_: Round) -> list[tuple[str, str, Any, bool]]:
    """By name: the moments of a rehearsal, their labels, and whether they have passed."""
    now = timezone.now()
    moments = [(m, _label(m), getattr(round_, m)) for m in rehearsal.MOMENTS]
    return [(*each, each[2] <= now) for each in moments]
