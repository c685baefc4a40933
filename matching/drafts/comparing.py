"""Two proposals of a round side by side: which is ahead, who gains, which pairs changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from matching.engine import Person
from matching.engine.problem import STRENGTHS
from matching.engine.scoring.levels import HALF_HOUR, PARTS, RETURNS
from matching.models import Proposal, Seat
from matching.problems import problem
from participants.models import Application
from participants.names import plain

Group = tuple[int, ...]  # applications by key, ascending
MATCHED = "matched"
LEVELS = {
    "matched": "people with a partner",
    "none_met": "people with a wish met",
    "half_met": "people with half of their wishes met",
    "bad_luck": "people unlucky last time, not now",
    "wishes": "points for wishes met",
    "hours": "half hours a day awake together",
    "new_countries": "people who meet a new country",
    "kept": "pairs of an earlier proposal",
}


@dataclass(frozen=True)
class Place:
    """Somebody's place in a proposal, as it was found; alone without a match."""

    partners: Group = ()
    match: int | None = None
    wishes: int = 0
    met: int = 0
    points: int = 0

    @property
    def worth(self) -> tuple[bool, int]:
        return bool(self.partners), self.points


@dataclass(frozen=True)
class Answer:
    """A proposal as values: everybody's place, and how long each group is awake together."""

    proposal: Proposal
    places: Mapping[int, Place]
    minutes: Mapping[Group, int]
    matches: Mapping[Group, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Level:
    """What two proposals add up to at a level: people, points or half hours."""

    name: str
    one: int
    other: int

    @property
    def words(self) -> str:
        return LEVELS[self.name]

    @property
    def lead(self) -> int:
        return self.one - self.other


@dataclass(frozen=True)
class Change:
    """How somebody fares in both: `one` or `other` is None where they are not in it."""

    person: int
    one: Place | None
    other: Place | None

    @property
    def kind(self) -> str:
        if self.one is None or self.other is None:
            return "came" if self.one is None else "went"
        if self.one.worth != self.other.worth:
            return "gains" if self.other.worth > self.one.worth else "loses"
        return "partner" if self.one.partners != self.other.partners else "same"


class Comparison:
    """What changes from one proposal to another of the same round, in a fixed number of queries."""

    def __init__(self, one: Proposal, other: Proposal) -> None:
        self.one, self.other = _answer(one), _answer(other)

    @cached_property
    def people(self) -> dict[int, Application]:
        """Everybody who is in either, whatever has become of them since."""
        keys = self.one.places.keys() | self.other.places.keys()
        people = Application.objects.filter(pk__in=keys)
        people = people.select_related("workplace", "role", "career_stage", "user")
        people = people.prefetch_related("interests", "languages", "wishes")
        return {person.pk: person for person in people}

    @cached_property
    def changes(self) -> list[Change]:
        """Everybody, in order of their names."""
        one, other = self.one.places, self.other.places
        people = sorted(
            self.people.values(), key=lambda person: (plain(person.name), person.pk)
        )
        return [
            Change(person.pk, one.get(person.pk), other.get(person.pk))
            for person in people
        ]

    @cached_property
    def groups(self) -> dict[str, list[Group]]:
        """Groups that are only in the one, only in the other, and in both."""
        one, other = self.one.minutes.keys(), self.other.minutes.keys()
        found = {"one": one - other, "other": other - one, "both": one & other}
        return {name: sorted(groups) for name, groups in found.items()}

    @cached_property
    def levels(self) -> list[Level]:
        """Level by level, the most important first."""
        round_ = self.one.proposal.round
        applications = [*self.people.values()]
        asked = problem(round_, applications)
        known = {applications[person.id].pk: person for person in asked.people}
        one, other = _sums(self.one, known), _sums(self.other, known)
        parts = [part for level in round_.levels for part in PARTS.get(level, (level,))]
        return [Level(name, one[name], other[name]) for name in (MATCHED, *parts)]

    @property
    def decisive(self) -> Level | None:
        """The first level that differs: what comes below it no longer counts."""
        return next((level for level in self.levels if level.lead), None)


def _answer(proposal: Proposal) -> Answer:
    seats = Seat.objects.filter(proposal=proposal).select_related("match")
    members: dict[int, list[Seat]] = defaultdict(list)
    for seat in seats.defer("match__proposal"):
        members[seat.match_id].append(seat)
    alone = proposal.unmatched.values_list("pk", flat=True)
    places = {person: Place() for person in alone}
    minutes, matches = {}, {}
    for match, together in members.items():
        group = tuple(sorted(seat.application_id for seat in together))
        minutes[group], matches[group] = together[0].match.minutes_awake, match
        places |= {seat.application_id: _place(seat, group) for seat in together}
    return Answer(proposal, places, minutes, matches)


def _place(seat: Seat, group: Group) -> Place:
    return Place(
        partners=tuple(key for key in group if key != seat.application_id),
        match=seat.match_id,
        wishes=seat.wishes,
        met=seat.wishes_met,
        points=points(seat.report),
    )


def points(report: Iterable[Mapping[str, Any]]) -> int:
    """What the wishes that are met count: the strongest first, each further one for less."""
    met = [STRENGTHS[wish["strength"]] for wish in report if wish["met"]]
    strongest_first = sorted(met, reverse=True)
    return sum(a * b for a, b in zip(RETURNS, strongest_first, strict=False))


def _sums(answer: Answer, people: Mapping[int, Person]) -> Counter[str]:
    total: Counter[str] = Counter()
    for key, place in answer.places.items():
        if place.partners:
            countries = {people[partner].country for partner in place.partners}
            total.update(_counts(place, people[key], countries))
    total["hours"] = sum(minutes // HALF_HOUR for minutes in answer.minutes.values())
    return total


def _counts(place: Place, person: Person, countries: set[str]) -> dict[str, int]:
    """What somebody with a partner counts at each level, hours aside."""
    some = place.met > 0
    met_new = bool(person.past_countries and countries - person.past_countries)
    return {
        MATCHED: 1,
        "none_met": some,
        "half_met": some and 2 * place.met >= place.wishes,
        "bad_luck": person.unlucky and (some or not place.wishes),
        "wishes": place.points,
        "new_countries": met_new,
    }
