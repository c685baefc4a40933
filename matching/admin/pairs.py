"""The pairs of a proposal, to be looked through: the list, and one in full."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django_countries import countries

from matching import wording
from matching.admin import hours
from matching.models import Match, Proposal, Seat
from participants.models import Application
from participants.terms import Terms

PAIRS_A_PAGE = 50
SHOWN = {
    "": "all",
    "none-met": "somebody with no wish met",
    "three": "groups of three",
}


def page(proposal: Proposal, query: str, shown: str, number: str | None) -> Page:
    """One page of a proposal's matches, those that an organiser looks for."""
    seats = Seat.objects.select_related("application")
    matches = proposal.matches.annotate(
        wishes=Sum("seats__wishes"), met=Sum("seats__wishes_met"), size=Count("seats")
    ).prefetch_related(Prefetch("seats", seats))
    if query:
        matches = matches.filter(pk__in=seats_of(proposal, query).values("match"))
    if shown == "none-met":
        unlucky = proposal.seats.filter(wishes__gt=0, wishes_met=0)
        matches = matches.filter(pk__in=unlucky.values("match"))
    elif shown == "three":
        matches = matches.filter(size=3)
    return Paginator(matches.order_by("pk"), PAIRS_A_PAGE).get_page(number)


def seats_of(proposal: Proposal, query: str) -> QuerySet[Seat]:
    """Seats of people with these letters in their name or in their country's."""
    codes = [code for code, name in countries if query.lower() in name.lower()]
    return proposal.seats.filter(
        Q(application__name__icontains=query) | Q(application__country__in=codes)
    )


def first_in_full(page: Page) -> Match | None:
    return Match.objects.in_full().filter(pk__in=[m.pk for m in page[:1]]).first()


def neighbours(page: Page, match: Match | None) -> dict[str, int | None]:
    """The pairs before and after this one on the page, for who looks through them all."""
    ids = [None, *(one.pk for one in page), None]
    if match is None or match.pk not in ids:
        return {"before": None, "after": None}
    here = ids.index(match.pk)
    return {"before": ids[here - 1], "after": ids[here + 1]}


@dataclass(frozen=True)
class Side:
    """One person of a match, as an organiser looks at them."""

    seat: Seat
    application: Application
    languages: list[tuple[str, str]]
    wishes: list[wording.WishLine]


def sides(match: Match) -> list[Side]:
    terms = Terms()
    return [
        Side(
            seat=seat,
            application=seat.application,
            languages=[
                (spoken.name, spoken.get_comfort_display())
                for spoken in seat.application.languages.all()
            ],
            wishes=wording.wish_lines(seat.report, terms),
        )
        for seat in match.seats.all()
    ]


def day(match: Match) -> hours.Day:
    people = [seat.application for seat in match.seats.all()]
    zones = [person.time_zone for person in people]
    return hours.day(zones, people[0].round.introduces_at)
