"""Matching day: the page that asks before a proposal is published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from copy import copy
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone

from iln.mail.preview import framed
from iln.mail.tasks import nudge
from matching import emails
from matching.admin import pages
from matching.admin.looking import pairs
from matching.after import repairing
from matching.models import Proposal, Seat
from matching.publishing import prechecks, publication
from participants.access import log_access
from participants.terms import Terms

SAMPLES = 3
FOUND = 8
TO_STOP = timedelta(hours=1)  # new pairs wait so long, unless they begin at once
BETWEEN_DIGITS = re.compile(r"[\s,.'’_]")  # 1,874 or 1 874, as one's language has it


def urls(admin: ModelAdmin) -> list[URLPattern]:
    """For the admin of proposals."""
    guarded, name = admin.admin_site.admin_view, "matching_proposal"
    return [
        path(
            "<int:pk>/publish/",
            guarded(partial(ask, admin)),
            name=f"{name}_publish",
        ),
        path(
            "<int:pk>/mail/<int:seat_id>/",
            guarded(framed(mail)),
            name=f"{name}_mail",
        ),
    ]


class PlanForm(forms.Form):
    """When introductions leave. Its fields stand apart from the button that publishes."""

    days = forms.IntegerField(
        label="Days to spread them over", min_value=1, max_value=14
    )
    at_once = forms.BooleanField(label="Begin at once", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["form"] = "publish-form"


def _first_days(proposal: Proposal) -> int:
    return 1 if proposal.is_repair else proposal.round.introduction_days


class SureForm(forms.Form):
    """Whoever types the number has read it."""

    number = forms.CharField(
        label="How many introductions is that? Type the number.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Type the number of introductions, please."},
    )

    def __init__(self, *args: Any, introductions: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.introductions = introductions

    def clean_number(self) -> str:
        typed = self.cleaned_data["number"]
        digits = BETWEEN_DIGITS.sub("", typed)
        if not digits.isdecimal() or int(digits) != self.introductions:
            raise ValidationError(
                "You typed “%(typed)s”, and it is %(number)s introductions. Nothing was sent.",
                params={"typed": typed, "number": f"{self.introductions:,}"},
            )
        return typed


class Place(NamedTuple):
    """What the page that asks needs of each seat."""

    pk: int
    match: int
    wishes: int
    wishes_met: int
    country: str


def ask(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first: introductions cannot be recalled."""
    pages.require(request, "matching.view_proposal", "matching.publish_proposal")
    proposals = Proposal.objects.select_related("round").defer("proof")
    proposal = get_object_or_404(proposals, pk=pk)
    if proposal.published_at:
        if request.method == "POST":
            admin.message_user(
                request, "It has been published already.", messages.WARNING
            )
        return redirect("admin:matching_proposal_sending", pk)
    places = _places(proposal)
    posted = request.POST if request.method == "POST" else None
    planned = posted or (request.GET if "days" in request.GET else None)
    plan = PlanForm(planned, initial={"days": _first_days(proposal)})
    is_sure = posted and "show" not in posted
    sure = SureForm(
        posted if is_sure else None,
        initial={"number": request.POST.get("number", "")},
        introductions=len(places),
    )
    if is_sure and plan.is_valid() and sure.is_valid():
        return _publish(admin, request, proposal, plan.cleaned_data)
    return _page(admin, request, proposal, places, plan, sure)


def _publish(
    admin: ModelAdmin, request: HttpRequest, proposal: Proposal, plan: dict[str, Any]
) -> HttpResponse:
    try:
        if proposal.is_repair:
            wait = _wait(plan)
            repairing.publish(proposal, request.user, days=plan["days"], wait=wait)
        else:
            publication.publish(proposal, request.user, **plan)
    except prechecks.AlreadyPublished as error:
        admin.message_user(request, str(error), messages.WARNING)
    except prechecks.CannotPublish as error:
        admin.message_user(request, str(error), messages.WARNING)
        return redirect("admin:matching_proposal_publish", proposal.pk)
    else:
        nudge()
        pages.note(admin, request, proposal, "Published: introductions are queued.")
    return redirect("admin:matching_proposal_sending", proposal.pk)


def _wait(plan: dict[str, Any]) -> timedelta:
    """How long new pairs wait, so that one can still stop them."""
    return timedelta() if plan.get("at_once") else TO_STOP


def _checks(proposal: Proposal) -> list[prechecks.Check]:
    if not proposal.is_changeable:
        return []
    look = repairing.checks if proposal.is_repair else prechecks.checks
    return look(proposal.round, proposal)


def _page(
    admin: ModelAdmin,
    request: HttpRequest,
    proposal: Proposal,
    places: Sequence[Place],
    plan: PlanForm,
    sure: SureForm,
) -> HttpResponse:
    round_ = proposal.round
    planned = plan.cleaned_data if plan.is_bound and plan.is_valid() else {}
    checks = _checks(proposal)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = [int(pk) for pk in asked.getlist("seat") if pk.isdecimal()][-SAMPLES:]
    query = request.GET.get("q", "").strip()
    return pages.render(
        admin,
        request,
        "proposal/publish.html",
        round_,
        title="Publish, and introduce them?"
        if proposal.is_repair
        else "Publish, and introduce everybody?",
        step="After" if proposal.is_repair else "Publish",
        proposal=proposal,
        checks=checks,
        is_refused=any(check.refuses for check in checks),
        introductions=f"{len(places):,}",
        countries=len({place.country for place in places}),
        unmatched=proposal.unmatched.count(),
        asides=[] if proposal.is_repair else publication.set_aside(round_),
        schedule=_schedule(proposal, places, planned),
        must_wait=proposal.is_repair or round_.introduces_at > timezone.now(),
        plan=plan,
        planned=planned,
        sure=sure,
        samples=_samples(proposal, places, chosen),
        chosen=chosen,
        query=query,
        found=[
            (seat, [*chosen, seat.pk][-SAMPLES:]) for seat in _found(proposal, query)
        ],
    )


def _places(proposal: Proposal) -> list[Place]:
    fields = ("pk", "match", "wishes", "wishes_met", "application__country")
    seats = proposal.seats.order_by("match", "position")
    return [Place(*values) for values in seats.values_list(*fields)]


def _schedule(
    proposal: Proposal, places: Sequence[Place], planned: dict[str, Any]
) -> list[tuple[datetime, int]]:
    """When each day's first introduction leaves, in the round's zone, and how many do."""
    sizes = Counter(place.match for place in places)
    leaving: Counter[datetime] = Counter()
    due_dates = _due_dates(proposal, len(sizes), planned)
    for due, size in zip(due_dates, sizes.values(), strict=True):
        leaving[due] += size
    return list(leaving.items())


def _due_dates(
    proposal: Proposal, count: int, planned: dict[str, Any]
) -> list[datetime]:
    if proposal.is_repair:
        days = planned.get("days", _first_days(proposal))
        return repairing.due_dates(proposal.round, count, days, _wait(planned))
    round_ = copy(proposal.round)
    publication.plan(round_, timezone.now(), **planned)
    return publication.due_dates(round_, count)


def _samples(
    proposal: Proposal, places: Sequence[Place], chosen: Sequence[int]
) -> list[Seat]:
    """Three whose mails an organiser may want to read: whom they chose, then others."""
    known = {place.pk for place in places}
    picks = [pk for pk in chosen if pk in known] + _telling(places)
    picks = list(dict.fromkeys(picks))[:SAMPLES]
    seats = proposal.seats.annotate(size=Count("match__seats"))
    found = seats.select_related("application").in_bulk(picks)
    return [found[pk] for pk in picks]


def _telling(places: Sequence[Place]) -> list[int]:
    """Somebody with all wishes met, with some, in a group of three; then the least lucky."""
    sizes = Counter(place.match for place in places)
    kinds = [
        [one for one in places if one.wishes and one.wishes_met == one.wishes],
        [one for one in places if 0 < one.wishes_met < one.wishes],
        [one for one in places if sizes[one.match] == SAMPLES],
    ]
    unlucky = sorted(
        places, key=lambda one: one.wishes_met / one.wishes if one.wishes else 1
    )
    return [one.pk for kind in kinds for one in kind[:1]] + [one.pk for one in unlucky]


def _found(proposal: Proposal, query: str) -> list[Seat]:
    if not query:
        return []
    seats = pairs.seats_of(proposal, query).select_related("application")
    return list(seats.order_by("application__name")[:FOUND])


def mail(request: HttpRequest, pk: int, seat_id: int) -> HttpResponse:
    """One introduction as it will arrive, for the frame on the page that asks."""
    pages.require(request, "matching.view_proposal")
    seat = get_object_or_404(Seat.objects.in_full().filter(proposal=pk), pk=seat_id)
    people = [one.application.user_id for one in seat.match.seats.all()]
    log_access(request, people, "matching day, introduction")
    return HttpResponse(emails.introduction(seat, Terms(), timezone.now()).html)
