"""The people in the pairs of a proposal: found by a word, and side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from matching import wording
from matching.admin.looking import hours
from matching.models import Match, Proposal, Seat
from matching.past import PastRounds
from participants.luck import Luck
from participants.models import Application
from participants.names import plain
from participants.places import country_name
from participants.terms import Terms


def seats_of(proposal: Proposal, words: str) -> QuerySet[Seat]:
    """Seats of people with each word in their name, country or place, whatever its accents."""
    sought = [plain(word) for word in words.split()]
    facts = ("application__name", "application__country", "application__time_zone")
    found = []
    for id, name, country, zone in proposal.seats.values_list("pk", *facts):
        text = f"{plain(name)} {plain(country_name(country))} {plain(zone)}"
        if all(word in text for word in sought):
            found.append(id)
    return proposal.seats.filter(pk__in=found)


def in_full() -> QuerySet[Match]:
    return Match.objects.in_full().select_related("reviewed_by")


@dataclass(frozen=True)
class Side:
    """One person of a match, as an organiser looks at them."""

    seat: Seat
    application: Application
    rounds_before: int
    first: Luck | None
    languages: list[tuple[str, str]]
    wishes: list[wording.WishLine]


def side_by_side(match: Match) -> dict[str, Any]:
    """What the page shows of a match."""
    people = [seat.application for seat in match.seats.all()]
    zones = [person.time_zone for person in people]
    return {
        "match": match,
        "sides": _sides(match),
        "awake": wording.duration(match.minutes_awake),
        "day": hours.day(zones, people[0].round.introduces_at),
    }


def _sides(match: Match) -> list[Side]:
    terms, seats = Terms(), match.seats.all()
    people = [seat.application for seat in seats]
    before, round_ = _rounds_before(people), people[0].round
    first = PastRounds(round_, [person.user_id for person in people]).first
    return [
        Side(
            seat=seat,
            application=seat.application,
            rounds_before=before.get(seat.application.user_id, 0),
            first=first.get(seat.application.user_id),
            languages=[
                (spoken.name, spoken.get_comfort_display())
                for spoken in seat.application.languages.all()
            ],
            wishes=wording.wish_lines(seat.report, terms),
        )
        for seat in seats
    ]


def _rounds_before(people: list[Application]) -> dict[int, int]:
    """In how many rounds before each of them had a partner, by person."""
    seats = Seat.objects.exclude(published_at=None).filter(
        application__user__in=[person.user_id for person in people],
        proposal__round__opens_at__lt=people[0].round.opens_at,
    )
    rounds = seats.order_by().values_list("application__user")
    return dict(rounds.annotate(Count("proposal__round", distinct=True)))
