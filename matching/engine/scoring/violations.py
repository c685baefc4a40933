"""Which rules the groups of a matching break, and by whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

from matching.engine.problem import Problem
from matching.engine.scoring.aspects import ASPECTS
from matching.engine.scoring.scores import Scores

UNKNOWN = "unknown"
TWICE = "twice"
SIZE = "size"
SAME_COUNTRY = "same_country"
NO_COMMON_LANGUAGE = "no_common_language"
KEPT_APART = "kept_apart"
PINNED = "pinned"
MUST = "must"
NO_THREE = "no_three"
MISSING = "missing"

BITS = {name: bit for bit, name in enumerate(ASPECTS)}
Found = Iterator[tuple[str, tuple[int, ...]]]


@dataclass(frozen=True)
class Violation:
    """A rule that a group breaks, and the people (ids) who break it.

    `group`: its place in the list. KEPT_APART: by a veto, or as past partners. PINNED: one of
    the two is, to somebody else. MUST: the first is the one who set it. NO_THREE: who did not
    agree to a group of three. MISSING: who is in no group at all; `group` is None.
    """

    rule: str
    people: tuple[int, ...]
    group: int | None = None


def violations(
    problem: Problem, scores: Scores, groups: Sequence[Collection[int]]
) -> Iterator[Violation]:
    """All that is wrong with groups of ids, group by group."""
    rules = _Rules(problem, scores)
    seen: set[int] = set()
    for place, group in enumerate(groups):
        for rule, people in rules.broken([*group], seen):
            yield Violation(rule, people, place)
        seen.update(group)
    if missing := tuple(sorted(rules.people.keys() - seen)):
        yield Violation(MISSING, missing)


class _Rules:
    def __init__(self, problem: Problem, scores: Scores) -> None:
        self.scores = scores
        self.people = {person.id: person for person in scores.people}
        self.index = {person.id: k for k, person in enumerate(scores.people)}
        self.apart = problem.apart
        self.pins = [pin for pin in problem.together if pin <= self.people.keys()]

    def broken(self, group: list[int], seen: Collection[int]) -> Found:
        """The rules that a group breaks; `seen` are people of other groups."""
        known = [id for id in dict.fromkeys(group) if id in self.people]
        yield from self._by_list(group, seen)
        for a, b in combinations(known, 2):
            yield from self._by_pair(a, b)
        for a, b in permutations(known, 2):
            if self._breaks_must(a, b):
                yield MUST, (a, b)
        unwilling = [id for id in known if not self.people[id].accepts_three]
        if len(group) == 3 and unwilling:
            yield NO_THREE, tuple(unwilling)

    def _by_list(self, group: list[int], seen: Collection[int]) -> Found:
        if len(group) not in (2, 3):
            yield SIZE, tuple(group)
        if unknown := [id for id in group if id not in self.people]:
            yield UNKNOWN, tuple(unknown)
        again = [id for k, id in enumerate(group) if id in seen or id in group[:k]]
        if again:
            yield TWICE, tuple(dict.fromkeys(again))

    def _by_pair(self, a: int, b: int) -> Found:
        one, other, pair = self.people[a], self.people[b], {a, b}
        if one.country == other.country:
            yield SAME_COUNTRY, (a, b)
        if not one.languages & other.languages:
            yield NO_COMMON_LANGUAGE, (a, b)
        if pair in self.apart:
            yield KEPT_APART, (a, b)
        if any(len(pin & pair) == 1 for pin in self.pins):
            yield PINNED, (a, b)

    def _breaks_must(self, person: int, partner: int) -> bool:
        met = int(self.scores.met[self.index[person], self.index[partner]])
        return any(
            wish.strength == "must" and not met >> BITS[wish.aspect] & 1
            for wish in self.people[person].wishes
        )
