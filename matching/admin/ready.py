"""Matching day, before the search: is the input ready, and what can still be done about it?"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from iln.mail.tasks import nudge
from matching.admin import pages
from matching.models import TwoPeople
from matching.readying import preparing, readiness
from participants import services
from participants.forms import AddedWishesForm
from participants.models import Application
from participants.terms import Terms
from rounds.models import Round

MAY_LOOK = ("matching.view_proposal", "participants.view_application")
MAY_CHANGE = (*MAY_LOOK, "participants.change_application")
PER_PAGE = 20
COUNTRIES = 12  # shown at once


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept in the decision log, for organisers only.",
    )


class DoubleForm(ReasonForm):
    """What shall become of two applications that look like one person's."""

    decision = forms.ChoiceField(
        label="What is true?",
        choices=[
            ("second", "One person: withdraw the later application"),
            ("first", "One person: withdraw the earlier application"),
            ("two", "They are two people"),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ["decision", "reason"]


class BackForm(ReasonForm):
    """Why somebody who was taken for another's second is none; one form for each."""

    def __init__(self, application: Application, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id=f"back-{application.pk}-%s")
        self.application = application


class WhatIfForm(forms.Form):
    cap = forms.IntegerField(
        label="At most so many per cent from one country", min_value=1, max_value=99
    )


class CapForm(ReasonForm):
    """An empty cap takes it away."""

    cap = forms.IntegerField(
        min_value=1, max_value=99, required=False, widget=forms.HiddenInput
    )


@admin.register(TwoPeople)
class ReadyAdmin(admin.ModelAdmin):
    """The page “Ready?” of a round; and who was found to be two people, not one."""

    list_display = ["__str__", "reason", "made_by", "made_at"]
    list_select_related = ["first", "second", "made_by"]
    search_fields = ["first__name", "second__name", "reason"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        def page(route: str, view: Any, name: str = "") -> URLPattern:
            guarded = self.admin_site.admin_view(view)
            ending = f"_{name}" if name else ""
            route = f"ready/<int:round_id>/{route}"
            return path(route, guarded, name=f"matching_ready{ending}")

        return [
            page("", self.ready_view),
            page("remind/", require_POST(self.remind_view), "remind"),
            page("double/<int:first>/<int:second>/", self.double_view, "double"),
            page("back/<int:pk>/", require_POST(self.back_view), "back"),
            page("offer/<int:pk>/", require_POST(self.offer_view), "offer"),
            page("cap/", require_POST(self.cap_view), "cap"),
            page("words/", self.words_view, "words"),
            page("words/<int:pk>/", self.add_wishes_view, "add_wishes"),
            page("words/<int:pk>/read/", require_POST(self.read_view), "read"),
            *super().get_urls(),
        ]

    # --- The page -----------------------------------------------------------

    def ready_view(self, request: HttpRequest, round_id: int) -> HttpResponse:
        pages.require(request, *MAY_LOOK)
        round_ = get_object_or_404(Round, pk=round_id)
        return self._ready(request, round_)

    def _ready(
        self,
        request: HttpRequest,
        round_: Round,
        set_cap: CapForm | None = None,
        back: BackForm | None = None,
    ) -> HttpResponse:
        terms, seen = Terms(), readiness.look(round_)
        countries = readiness.countries(seen.applications)
        what_if = WhatIfForm(request.GET if "cap" in request.GET else None)
        percent = what_if.cleaned_data["cap"] if what_if.is_valid() else None
        doubles = readiness.likely_doubles(round_)
        gone = readiness.withdrawn_doubles(round_)
        few = Paginator(seen.found.few, PER_PAGE).get_page(request.GET.get("p"))
        return self._page(
            request,
            "ready.html",
            round_,
            title=f"Ready? {round_}",
            states=readiness.states(round_),
            countries=countries,
            first_countries=countries[:COUNTRIES],
            other_countries=countries[COUNTRIES:],
            deferred=seen.deferred,
            come_first=seen.come_first,
            to_remind=len(services.to_remind(round_)),
            is_too_late=timezone.now() > round_.confirm_by,
            may_answer=round_.takes_answers,
            doubles=doubles,
            gone=[(one, _back_form(one, back)) for one in gone],
            seen=[
                *(one for double in doubles for one in (double.first, double.second)),
                *gone,
            ],
            impossible=readiness.impossible_pins(seen),
            hopeless=readiness.hopeless_wishes(seen, terms),
            few=few,
            few_people=readiness.with_few_partners(seen, few.object_list, terms),
            people=len(seen.applications),
            most_few=readiness.few(len(seen.applications)),
            words=_words(round_),
            what_if=what_if,
            forecast=percent and readiness.forecast(seen, percent),
            set_cap=set_cap or CapForm(initial={"cap": percent}),
            may_cap=request.user.has_perm("rounds.change_round"),
        )

    def _page(
        self, request: HttpRequest, template: str, round_: Round, **context: Any
    ) -> HttpResponse:
        may_change = request.user.has_perms(MAY_CHANGE) and not round_.published_at
        return pages.render(
            self,
            request,
            template,
            round_,
            step="Ready?",
            may_change=may_change,
            **context,
        )

    # --- What can be done ---------------------------------------------------

    def remind_view(self, request: HttpRequest, round_id: int) -> HttpResponse:
        pages.require(request, *MAY_CHANGE)
        round_ = get_object_or_404(Round, pk=round_id)
        try:
            count = services.remind(round_)
        except services.Refused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        else:
            nudge()
            words = f"Reminded {count} {'person' if count == 1 else 'people'}."
            if count:
                self.log_change(request, round_, words)
            else:
                words = "Everybody has been reminded today already."
            self.message_user(request, words, messages.SUCCESS)
        return redirect("admin:matching_ready", round_id)

    def double_view(
        self, request: HttpRequest, round_id: int, first: int, second: int
    ) -> HttpResponse:
        """Both applications side by side; and whether they are one person's."""
        pages.require(request, *MAY_CHANGE)
        round_ = get_object_or_404(Round, pk=round_id)
        both = [_application(round_, pk) for pk in (first, second)]
        form = DoubleForm(_sent(request), initial={"decision": "second"})
        if form.is_valid():
            self._decide(request, round_, both, **form.cleaned_data)
            return _back(round_, "doubles")
        terms = Terms()
        return self._page(
            request,
            "ready_double.html",
            round_,
            title="One person, or two?",
            both=[(one, _wishes(one, terms)) for one in both],
            seen=both,
            form=form,
        )

    def _decide(
        self,
        request: HttpRequest,
        round_: Round,
        both: list[Application],
        decision: str,
        reason: str,
    ) -> None:
        first, second = both
        if decision == "two":
            preparing.tell_apart(first, second, request.user, reason)
            words = f"Applications {first.pk} and {second.pk} are of two people."
            said = "Noted: two people. You are not asked again."
        else:
            gone = {"first": first, "second": second}[decision]
            preparing.withdraw_double(gone)
            nudge()
            words = f"Withdrew application {gone.pk}: the same person applied twice."
            said = f"Withdrawn: {gone.user.email}. A mail says so, kindly."
        pages.note(self, request, round_, f"{words} Reason: {reason}", both)
        self.message_user(request, said, messages.SUCCESS)

    def back_view(self, request: HttpRequest, round_id: int, pk: int) -> HttpResponse:
        """It was no double after all."""
        pages.require(request, *MAY_CHANGE)
        round_ = get_object_or_404(Round, pk=round_id)
        gone = round_.applications.select_related("user", "round")
        application = get_object_or_404(gone, pk=pk)
        form = BackForm(application, request.POST)
        if not form.is_valid():
            return self._ready(request, round_, back=form)
        try:
            preparing.take_back_double(application)
        except preparing.Refused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        else:
            nudge()
            reason = form.cleaned_data["reason"]
            words = f"Application {pk} stands again: it was no double. Reason: {reason}"
            pages.note(self, request, round_, words, [application])
            said = (
                f"{application.user.email} is in the round as before. A mail says so."
            )
            self.message_user(request, said, messages.SUCCESS)
        return _back(round_, "doubles")

    def offer_view(self, request: HttpRequest, round_id: int, pk: int) -> HttpResponse:
        pages.require(request, *MAY_CHANGE)
        round_ = get_object_or_404(Round, pk=round_id)
        application = _application(round_, pk)
        musts = request.POST.get("musts", "").split(",")
        try:
            preparing.offer(application, musts)
        except preparing.Refused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        else:
            nudge()
            about = ", ".join(musts)
            words = f"Wrote to application {pk} about their must: {about}."
            pages.note(self, request, round_, words, [application])
            said = f"A letter to {application.name} is on its way."
            self.message_user(request, said, messages.SUCCESS)
        return _back(round_, "few")

    def cap_view(self, request: HttpRequest, round_id: int) -> HttpResponse:
        pages.require(request, *MAY_LOOK, "rounds.change_round")
        round_ = get_object_or_404(Round, pk=round_id)
        form = CapForm(request.POST)
        if not form.is_valid():
            return self._ready(request, round_, form)
        percent = form.cleaned_data["cap"]
        try:
            preparing.cap_countries(round_, percent)
        except preparing.Refused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        else:
            words = "As many from one country as apply."
            if percent:
                words = f"At most {percent} % from one country."
            reason = form.cleaned_data["reason"]
            round_.refresh_from_db()
            pages.note(
                self,
                request,
                round_,
                f"{words} Reason: {reason}",
                readiness.waiting(round_),
            )
            self.message_user(request, words, messages.SUCCESS)
        return _back(round_, "cap")

    # --- Free words -----------------------------------------------------------

    def words_view(self, request: HttpRequest, round_id: int) -> HttpResponse:
        """Free words beside the wishes, those that nobody has read first."""
        pages.require(request, *MAY_LOOK)
        round_ = get_object_or_404(Round, pk=round_id)
        unread_first = F("wishes_read_at").asc(nulls_first=True)
        with_words = round_.applications.with_words().prefetch_related("wishes")
        ordered = with_words.order_by(unread_first, "pk")
        shown = request.GET.get("show", "")
        if shown != "all":
            ordered = ordered.filter(wishes_read_at=None)
        page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("p"))
        terms = Terms()
        return self._page(
            request,
            "ready_words.html",
            round_,
            title="In their own words",
            page=page,
            shown=shown,
            people=[(one, _wishes(one, terms)) for one in page],
            words=_words(round_),
        )

    def add_wishes_view(
        self, request: HttpRequest, round_id: int, pk: int
    ) -> HttpResponse:
        """Make wishes of somebody's words; they are told."""
        pages.require(request, *MAY_CHANGE)
        round_ = get_object_or_404(Round, pk=round_id)
        application, terms = _application(round_, pk), Terms()
        form = AddedWishesForm(_sent(request), application=application, terms=terms)
        if form.is_valid():
            try:
                services.add_wishes(application, form.wishes)
            except services.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                nudge()
                about = ", ".join(str(wish.aspect) for wish in form.wishes)
                words = f"Added wishes to application {pk}: {about}."
                pages.note(self, request, round_, words, [application])
                said = f"Added. {application.name} is told by mail, and may change it."
                self.message_user(request, said, messages.SUCCESS)
                return redirect("admin:matching_ready_words", round_id)
        return self._page(
            request,
            "ready_add_wishes.html",
            round_,
            title=f"Wishes of {application.name}",
            application=application,
            wishes=_wishes(application, terms),
            form=form,
        )

    def read_view(self, request: HttpRequest, round_id: int, pk: int) -> HttpResponse:
        """Nothing to add."""
        pages.require(request, *MAY_CHANGE)
        round_ = get_object_or_404(Round, pk=round_id)
        application = _application(round_, pk)
        services.done_with_words(application)
        words = f"Read the words of application {pk}: nothing to add."
        pages.note(self, request, round_, words, [application])
        return redirect("admin:matching_ready_words", round_id)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _application(round_: Round, pk: int) -> Application:
    return get_object_or_404(round_.applications.active().in_full(), pk=pk)


def _back(round_: Round, section: str) -> HttpResponse:
    return redirect(f"{reverse('admin:matching_ready', args=[round_.pk])}#{section}")


def _back_form(application: Application, sent: BackForm | None) -> BackForm:
    if sent and sent.application == application:
        return sent
    return BackForm(application)


def _wishes(application: Application, terms: Terms) -> list[tuple[Any, str]]:
    return [(wish, terms.accepted(wish)) for wish in application.wishes.all()]


def _words(round_: Round) -> dict[str, int]:
    """How many wrote free words, and how many of these are still to be read."""
    return round_.applications.with_words().aggregate(
        all=Count("pk"), unread=Count("pk", filter=Q(wishes_read_at=None))
    )
