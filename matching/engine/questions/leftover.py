"""Who cannot be paired, why, and the smallest concession that would help."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.engine.grouping.parts import Parts
from matching.engine.grouping.trios import connected
from matching.engine.problem import Problem
from matching.engine.questions.concessions import Concession, Prospect, Row, rows
from matching.engine.scoring.scores import Scoring
from matching.engine.solving.blossom import NOBODY

CUTS = 60  # of the round for concessions: what more of them would change is left open

Bools = NDArray[np.bool_]
Groups = Collection[Collection[int]]


@dataclass(frozen=True)
class Witness:
    """Why some of a crowd must stay without a partner.

    The `crowd` (ids) falls into so many `parts`, each odd, that cannot be paired with one
    another, but only with the `partners`. So `must_stay` of them stay alone, one for each part
    that finds no partner. `country` and `languages`: what all of the crowd have in common.
    """

    crowd: tuple[int, ...]
    partners: tuple[int, ...]
    parts: int
    country: str = ""
    languages: frozenset[str] = frozenset()

    @property
    def must_stay(self) -> int:
        return self.parts - len(self.partners)


@dataclass(frozen=True)
class Leftover:
    """Somebody without a partner, and why; no `witness` where nobody may be paired with them."""

    prospect: Prospect
    witness: Witness | None

    @property
    def smallest_concession(self) -> Concession | None:
        """The first that would help; None if nothing of their own does."""
        return next((one for one in self.prospect.concessions if one.helps), None)


def leftovers(problem: Problem, groups: Groups) -> tuple[Leftover, ...]:
    """Everybody who is in none of these groups (of ids), in order of id.

    `groups`: as few of three, and as few people left over, as can be; else ValueError.
    """
    scoring = Scoring(problem)
    search = _Search(scoring, [[scoring.place[id] for id in group] for group in groups])
    if len(search.alone):
        search.check()
    return tuple(
        Leftover(search.prospect(row), search.witness(row))
        for row in rows(scoring, search.alone)
    )


class _Search:
    """What keeps people alone in a matching, groups by index."""

    def __init__(self, scoring: Scoring, groups: list[list[int]]) -> None:
        self.scoring = scoring
        self.people = np.arange(scoring.n)
        self.allowed = scoring.block(slice(None), slice(None)) >= 0
        self.willing = np.array(
            [person.accepts_three for person in scoring.people], dtype=np.bool_
        )
        self.mate = np.full(scoring.n, NOBODY)
        for i, j, *_ in groups:
            self.mate[[i, j]] = j, i
        self.thirds = [group[2] for group in groups if len(group) == 3]
        in_groups = [person for group in groups for person in group]
        self.alone = np.setdiff1d(self.people, in_groups)
        self.cuts = CUTS

    @cached_property
    def parts(self) -> Parts:
        return Parts(self.allowed, self.willing)

    def check(self) -> None:
        left, threes = len(self.alone), len(self.thirds)
        if left > self.parts.fewest_alone or left + threes > self.parts.alone:
            raise ValueError("More people could be paired.")

    # --- Why --------------------------------------------------------------

    def witness(self, row: Row) -> Witness | None:
        if not row.possible.any():
            return None
        return self._of_one_country(row.place) or self._of_one_barrier(row.place)

    def _of_one_country(self, person: int) -> Witness | None:
        """All of this country, should the others be too few for them."""
        country = self.scoring.country
        crowd = country == country[person]
        partners = self.allowed[crowd].any(axis=0)
        if partners.sum() >= crowd.sum():
            return None
        return self._witness(crowd, partners, int(crowd.sum()))

    def _of_one_barrier(self, person: int) -> Witness:
        """All odd parts for which the same of the barrier are too few, if no group of three helps."""
        around = self._around_barriers
        here = around == around[person]
        of = self.parts.of
        odd = here & (of >= 0) & ~np.isin(of, of[self.thirds])
        return self._witness(odd, here & self._behind, len(np.unique(of[odd])))

    @cached_property
    def _behind(self) -> Bools:
        return np.isin(self.people, self.parts.barrier)

    @cached_property
    def _around_barriers(self) -> NDArray[np.int32]:
        """(n,): the same number for odd parts that share people of the barrier, and for these."""
        odd = self.parts.of >= 0
        either = odd | self._behind
        links = self.allowed & either & either[:, None] & (odd | odd[:, None])
        return connected(links)

    def _witness(self, crowd: Bools, partners: Bools, parts: int) -> Witness:
        people = [self.scoring.people[k] for k in np.flatnonzero(crowd)]
        countries = {person.country for person in people}
        languages = {person.languages for person in people}
        return Witness(
            crowd=tuple(person.id for person in people),
            partners=tuple(self.scoring.people[k].id for k in np.flatnonzero(partners)),
            parts=parts,
            country=countries.pop() if len(countries) == 1 else "",
            languages=languages.pop() if len(languages) == 1 else frozenset(),
        )

    # --- What would help --------------------------------------------------

    def prospect(self, row: Row) -> Prospect:
        """With what each concession would change; a group of three comes before all musts."""
        found = row.prospect()
        concessions = [
            replace(one, helps=self._helps(row.place, row.opened(one.musts)))
            for one in found.concessions
        ]
        if three := self._three(row.place):
            before = sum(len(one.musts) == 1 for one in concessions)
            concessions.insert(before, three)
        return replace(found, concessions=tuple(concessions))

    def _helps(self, person: int, opened: Bools) -> bool | None:
        """Whether fewer people would be left over if this one could have these partners, too."""
        if opened[self._free_for(person)].any():
            return True
        if not (opened & ~self._behind).any() and not self.parts.completed.any():
            return False  # these are all taken by parts that need them as well
        allowed = self.allowed.copy()
        allowed[person] |= opened
        allowed[:, person] |= opened
        return self._is_better(allowed, self.willing)

    def _is_better(self, allowed: Bools, willing: Bools) -> bool | None:
        if not self.cuts:
            return None
        self.cuts -= 1
        return Parts(allowed, willing).fewest_alone < len(self.alone)

    def _free_for(self, person: int) -> Bools:
        """(n,): who could be left over in place of somebody else than this person.

        From each part that has somebody left over, over one of the barrier, to the part that
        they are paired into, which then has somebody left over instead.
        """
        of = self.parts.of
        reached = np.zeros(self.parts.count, dtype=np.bool_)
        reached[of[self.alone]] = reached[of[self.thirds]] = True
        reached[of[person]] = False
        fresh = reached
        while fresh.any():
            fresh = self._next_part[fresh].any(axis=0) & ~reached
            reached = reached | fresh
        reached[of[person]] = False
        return (of >= 0) & reached[of]

    @cached_property
    def _next_part(self) -> Bools:
        """(parts, parts): from which part somebody of the barrier leads to which."""
        into = self.parts.of[self.mate[self.parts.barrier]]
        leads = np.zeros((self.parts.count, self.parts.count), dtype=np.bool_)
        np.logical_or.at(leads.T, into, self.parts.beside.T)
        return leads

    def _three(self, person: int) -> Concession | None:
        """To accept a group of three, where there is any that they could be in."""
        of = self.parts.of
        near = self.allowed[person] & self.willing & (of == of[person])
        others = np.flatnonzero(near)
        opens = int(self.allowed[np.ix_(others, others)].any(axis=1).sum())
        if self.willing[person] or not opens:
            return None
        willing = self.willing | (self.people == person)
        return Concession((), opens, self._is_better(self.allowed, willing))
