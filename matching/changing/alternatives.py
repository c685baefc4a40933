"""Who else could be somebody's partner, and what that would cost everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from matching.changing.choosing import Draft, Group
from matching.changing.steps import asked_now
from matching.engine import Answer, Scoring, WhatIf, score
from matching.engine.scoring.scores import Scores
from matching.engine.scoring.violations import BITS
from participants.models import Application

SHOWN, TRIED = 5, 15


@dataclass(frozen=True)
class Alternative:
    """Another partner: how many wishes more the whole round would meet, and who moves."""

    partner: Application
    wishes: int
    alone: int
    moved: int

    @property
    def fewer(self) -> int:
        return -self.wishes


@dataclass(frozen=True)
class Choices:
    """Everybody whom the rules let somebody be with, in each way there is."""

    best: list[Alternative]
    partners: list[Application]
    places: list[Application]
    pairs: list[list[Application]]


def choices(draft: Draft, key: int) -> Choices | None:
    """For one person of a draft; None for somebody who is not in it."""
    asked, applications = asked_now(draft)
    index = {application.pk: k for k, application in enumerate(applications)}
    if key not in index:
        return None
    free = replace(asked, together=frozenset())  # a step lifts the pins in its way
    table = _Table(draft, score(free), applications, index)
    groups = [tuple(sorted(index[k] for k in group)) for group in draft.groups]
    try:
        questions = WhatIf(score(asked), groups, Scoring(asked).units.of)
        answers = questions.alternatives(index[key], SHOWN, TRIED)
    except (ValueError, OverflowError):  # no price can be told; the choice is there
        answers = []
    return Choices(
        best=[table.alternative(*each) for each in answers],
        partners=table.named(table.partners(key)),
        places=table.named(table.places(key)),
        pairs=[table.named(pair) for pair in table.pairs(key)],
    )


@dataclass(frozen=True)
class _Table:
    """Who may sit with whom; people by key of application."""

    draft: Draft
    scores: Scores
    applications: list[Application]
    index: dict[int, int]

    def may_meet(self, people: Group) -> bool:
        places = sorted(self.index[key] for key in people)
        return all(self.scores.allowed[two] for two in combinations(places, 2))

    def accept_three(self, people: Group) -> bool:
        return all(self.applications[self.index[key]].accepts_three for key in people)

    def partners(self, key: int) -> Iterator[int]:
        mine = self.draft.group(key)
        return (k for k in self.index if k not in mine and self.may_meet((key, k)))

    def places(self, key: int) -> Iterator[int]:
        """With whom a person could swap places."""
        mine = self.draft.group(key)
        for other in self.index.keys() - mine:
            theirs = self.draft.group(other)
            if len(mine) == len(theirs) == 1:
                continue
            here = tuple(other if k == key else k for k in mine)
            there = tuple(key if k == other else k for k in theirs)
            if self.may_meet(here) and self.may_meet(there):
                yield other

    def pairs(self, key: int) -> Iterator[Group]:
        """With whom a person could be a group of three."""
        for pair in (group for group in self.draft.groups if len(group) == 2):
            three = (*pair, key)
            if len({*three}) == 3 and self.accept_three(three) and self.may_meet(three):
                yield pair

    def named(self, keys: Iterator[int] | Group) -> list[Application]:
        people = (self.applications[self.index[key]] for key in keys)
        return sorted(people, key=lambda one: (one.name, one.pk))

    def alternative(self, partner: int, answer: Answer) -> Alternative:
        return Alternative(
            partner=self.applications[partner],
            wishes=sum(
                self._met(one.person, one.after) - self._met(one.person, one.before)
                for one in answer.changes
            ),
            alone=answer.alone,
            moved=len(answer.changes),
        )

    def _met(self, person: int, partners: tuple[int, ...]) -> int:
        met = 0
        for partner in partners:
            met |= int(self.scores.met[person, partner])
        return sum(met >> BITS[w.aspect] & 1 for w in self.scores.people[person].wishes)
