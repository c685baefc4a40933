"""What public pages may show of the published matches."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import hypot

from django import template
from django.core.cache import cache
from django.db.models import Count, Sum

from matching.meter import meter as measured
from matching.models import Match, Proposal, Seat
from matching.publishing import sending
from matching.wording import card
from participants.models import Application, Draft
from participants.places import capital_of
from participants.terms import Terms
from rounds.models import Round

register = template.Library()

FIGURES_KEY = "matching.network_figures"
ARCS_KEY = "matching.partner_arcs"
A_MINUTE = 60


@dataclass(frozen=True)
class NetworkFigures:
    """The last published round in numbers."""

    round: str
    people: int
    countries: int
    wishes_met: int  # per cent
    left_over: int


@register.simple_tag
def network_figures() -> NetworkFigures | None:
    """The figures of the last published round, at most a minute old; None before the first."""
    return cache.get_or_set(FIGURES_KEY, _figures, A_MINUTE)


def _figures() -> NetworkFigures | None:
    published = Proposal.objects.public().select_related("round")
    proposal = (
        published.annotate(alone=Count("unmatched")).order_by("-published_at").first()
    )
    if proposal is None:
        return None
    seats = proposal.seats.active().aggregate(
        people=Count("pk"),
        countries=Count("application__country", distinct=True),
        wishes=Sum("wishes", default=0),
        met=Sum("wishes_met", default=0),
    )
    return NetworkFigures(
        round=proposal.round.name,
        people=seats["people"],
        countries=seats["countries"],
        wishes_met=round(100 * seats["met"] / (seats["wishes"] or 1)),
        left_over=proposal.alone,
    )


@dataclass(frozen=True)
class Arc:
    """A line between two countries, in the measure of static/img/world.svg."""

    start: tuple[float, float]
    end: tuple[float, float]

    @property
    def path(self) -> str:
        (x, y), (u, v) = self.start, self.end
        lift = hypot(u - x, v - y) / 3
        return f"M{x} {y}Q{(x + u) / 2:.1f} {(y + v) / 2 - lift:.1f} {u} {v}"


@register.simple_tag
def partner_arcs() -> list[Arc]:
    """Which countries the last published round brought together: each link once, no people."""
    return cache.get_or_set(ARCS_KEY, _arcs, A_MINUTE) or []


def _arcs() -> list[Arc]:
    proposal = Proposal.objects.public().order_by("-published_at").first()
    seats = Seat.objects.active().filter(proposal=proposal).order_by("position")
    matches: dict[int, list[str]] = {}
    for match, country in seats.values_list("match", "application__country"):
        matches.setdefault(match, []).append(str(country))
    links = {pair for found in matches.values() for pair in combinations(found, 2)}
    links = {(min(pair), max(pair)) for pair in links}
    return [
        Arc(start, end)
        for start, end in (map(_on_the_map, pair) for pair in sorted(links))
        if start and end
    ]


def _on_the_map(country: str) -> tuple[float, float] | None:
    place = capital_of(country)
    if place is None:
        return None
    latitude, longitude = place
    return round((longitude + 170) % 360 / 2.5, 1), round((79 - latitude) / 2.5, 1)


@register.inclusion_tag("matching/_meter.html")
def meter(round_: Round, draft: Draft, terms: Terms) -> dict[str, object]:
    """About how many could be the partner of whoever is applying."""
    told = measured(round_, draft, draft.answers, terms)
    return {"round": round_, "meter": told}


@register.inclusion_tag("matching/_partners.html")
def partners(application: Application) -> dict[str, object]:
    """The partners of somebody who has been introduced, with the way to the page about them."""
    matches = _introduced_matches(application)
    seats = [_seat_of(application, match) for match in matches]
    cards = [
        (card(partner.application, me.application), me.match_id, me.match.is_whole)
        for me in seats
        for partner in me.partners_in_place
    ]
    return {"cards": cards}


def _seat_of(application: Application, match: Match) -> Seat:
    return next(
        seat for seat in match.seats.all() if seat.application_id == application.pk
    )


def _introduced_matches(application: Application) -> list[Match]:
    """Theirs, once its introduction has left: until then it may be held or stopped.

    Two for somebody who took a second partner.
    """
    if application.introduced_at is None or application.withdrawn_at:
        return []
    seats = sending.introduced(Seat.objects.active()).filter(application=application)
    return list(Match.objects.in_full().filter(seats__in=seats))
