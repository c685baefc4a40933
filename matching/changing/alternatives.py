"""Who else could be somebody's partner, and what that would cost everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from matching.changing.asking import Question, asked_now
from matching.changing.choosing import Draft, Group
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
    question = asked_now(draft)
    asked, applications = question.asked, question.applications
    index = {application.pk: k for k, application in enumerate(applications)}
    if key not in index:
        return None
    free = replace(asked, together=frozenset())  # a step lifts the pins in its way
    table = _Table(draft, score(free), applications, index, question.helpers)
    return Choices(
        best=[table.alternative(*each) for each in _best(draft, question, index[key])],
        partners=table.named(table.partners(key)),
        places=table.named(table.places(key)),
        pairs=[table.named(pair) for pair in table.pairs(key)],
    )


def _best(draft: Draft, question: Question, person: int) -> list[tuple[int, Answer]]:
    """Other partners who would cost little; none where no price can be told.

    That is so of new pairs, too: among them volunteers stay unasked where they can.
    """
    if draft.proposal.is_repair:
        return []
    asked = question.asked
    index = {one.pk: place for place, one in enumerate(question.applications)}
    groups = [tuple(sorted(index[key] for key in group)) for group in draft.groups]
    try:
        questions = WhatIf(score(asked), groups, Scoring(asked).units.of)
        return [*questions.alternatives(person, SHOWN, TRIED)]
    except (ValueError, OverflowError):
        return []


@dataclass(frozen=True)
class _Table:
    """Who may sit with whom; people by key of application."""

    draft: Draft
    scores: Scores
    applications: list[Application]
    index: dict[int, int]
    helpers: frozenset[int]

    def may_meet(self, people: Group) -> bool:
        places = sorted(self.index[key] for key in people)
        asked = len(self.helpers.intersection(places))
        if asked > 1 or (asked and len(places) > 2):
            return False  # who would take a second partner is with one person who waits
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
