"""What a whole proposal comes to, counted: each chart is a table with a bar in every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q

from matching.models import Proposal, Seat
from participants.places import country_name

MOST_LINKS = 8
BIN = 2  # hours


@dataclass(frozen=True)
class Bar:
    label: str
    count: int
    length: float  # of the longest, in per cent


@dataclass(frozen=True)
class Chart:
    title: str
    note: str
    counted: str  # what each row is a number of
    bars: list[Bar]


def _bars(counts: Iterable[tuple[str, int]]) -> list[Bar]:
    rows = list(counts)
    most = max((count for _, count in rows), default=0) or 1
    return [Bar(label, count, round(100 * count / most, 1)) for label, count in rows]


def charts(proposal: Proposal) -> list[Chart]:
    return [wishes(proposal), countries(proposal), hours(proposal)]


def wishes(proposal: Proposal) -> Chart:
    wishing, met = Q(wishes__gt=0), F("wishes_met") * 2
    kinds = {
        "none of their wishes": wishing & Q(wishes_met=0),
        "some, but less than half": Q(wishes_met__gt=0) & Q(wishes__gt=met),
        "half or more": Q(wishes__lte=met) & Q(wishes_met__lt=F("wishes")),
        "all of their wishes": wishing & Q(wishes_met=F("wishes")),
        "had no wishes": Q(wishes=0),
    }
    filters = {
        f"kind{nth}": Count("pk", filter=q) for nth, q in enumerate(kinds.values())
    }
    numbers = proposal.seats.aggregate(**filters)
    return Chart(
        "Wishes met, person by person",
        "People with a partner. Whoever has no wishes is content with anyone.",
        "people",
        _bars(zip(kinds, numbers.values(), strict=True)),
    )


def countries(proposal: Proposal) -> Chart:
    links = _links(proposal)
    once = sum(count == 1 for count in links.values())
    return Chart(
        "Countries connected",
        f"{len(links)} links between countries, {once} of them by one pair only. The most frequent:",
        "pairs",
        _bars(
            (" – ".join(link), count) for link, count in links.most_common(MOST_LINKS)
        ),
    )


def _links(proposal: Proposal) -> Counter[tuple[str, ...]]:
    """How many pairs connect which two countries, by name; a group of three is three pairs."""
    here, there = "application__country", "match__seats__application__country"
    pairs = Seat.objects.filter(
        proposal=proposal, position__lt=F("match__seats__position")
    ).order_by()
    links: Counter[tuple[str, ...]] = Counter()
    for one, other, count in pairs.values_list(here, there).annotate(Count("pk")):
        links[tuple(sorted([country_name(one), country_name(other)]))] += count
    return Counter(dict(sorted(links.items())))


def hours(proposal: Proposal) -> Chart:
    minutes = proposal.matches.order_by().values_list("minutes_awake")
    bins: Counter[int] = Counter()
    for awake, count in minutes.annotate(Count("pk")):
        bins[awake // (60 * BIN)] += count
    spread = range(min(bins, default=0), max(bins, default=-1) + 1)
    return Chart(
        "Hours awake together",
        "A day, on average over the round.",
        "pairs",
        _bars((f"{BIN * nth} to {BIN * (nth + 1)} hours", bins[nth]) for nth in spread),
    )
