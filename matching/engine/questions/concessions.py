"""Why somebody may be paired with few people, or with nobody, and what would change that."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.problem import Problem
from matching.engine.scoring.aspects import ASPECTS
from matching.engine.scoring.scores import Scoring
from matching.engine.scoring.violations import (
    KEPT_APART,
    NO_COMMON_LANGUAGE,
    PINNED,
    SAME_COUNTRY,
)
from matching.engine.solving.weights import Ints

OWN_MUSTS = "own_musts"
THEIR_MUSTS = "their_musts"
TOGETHER = 256  # people looked at together

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Concession:
    """What a person could give up: their musts on these aspects, or else not to be one of three.

    `opens`: how many people they may be paired with then who are out of reach now; for a group
    of three, how many they might be in it with. `helps`: whether fewer people would then be
    left over; None where nobody asked.
    """

    musts: tuple[str, ...]
    opens: int
    helps: bool | None = None


@dataclass(frozen=True)
class Prospect:
    """With how many people somebody (by id) may be paired, and what keeps them from others.

    `excluded`: how many people each rule keeps away, in the order of RULES; who breaks several
    is counted at the first. `concessions`: one must at a time, the one that opens most first;
    then all musts, where that opens more.
    """

    person: int
    possible: int
    excluded: Mapping[str, int]
    concessions: tuple[Concession, ...]


def prospects(problem: Problem, at_most: int = 2) -> tuple[Prospect, ...]:
    """Whoever may be paired with at most so many people, those with the fewest first."""
    scoring = Scoring(problem)
    few = [
        row.prospect()
        for row in rows(scoring, np.arange(scoring.n))
        if row.possible.sum() <= at_most
    ]
    return tuple(sorted(few, key=lambda one: (one.possible, one.person)))


@dataclass(frozen=True)
class Row:
    """One person (by index) beside all n others.

    broken: by rule, whom it keeps away, (n,). missing (n,): which own musts each would break,
    as bits of the aspects.
    """

    scoring: Scoring
    place: int
    broken: Mapping[str, Bools]
    missing: NDArray[np.unsignedinteger]

    @property
    def reachable(self) -> Bools:
        """(n,): who may be paired with this person if they have no musts."""
        others = [kept for rule, kept in self.broken.items() if rule != OWN_MUSTS]
        reachable = ~np.logical_or.reduce(others)
        reachable[self.place] = False
        return np.asarray(reachable)

    @property
    def possible(self) -> Bools:
        """(n,): who may be paired with this person."""
        return np.asarray(self.reachable & (self.missing == 0))

    @property
    def musts(self) -> tuple[str, ...]:
        must = int(self.scoring.wishes.must[self.place])
        return tuple(name for k, name in enumerate(ASPECTS) if must >> k & 1)

    def opened(self, musts: Collection[str]) -> Bools:
        """(n,): who may be paired with this person only if they drop these musts."""
        kept = ~sum(1 << k for k, name in enumerate(ASPECTS) if name in musts)
        only = (self.missing.astype(np.int64) & kept) == 0
        return np.asarray(self.reachable & only & (self.missing != 0))

    def prospect(self) -> Prospect:
        return Prospect(
            person=self.scoring.people[self.place].id,
            possible=int(self.possible.sum()),
            excluded=self._excluded(),
            concessions=self._concessions(),
        )

    def _excluded(self) -> dict[str, int]:
        left = np.arange(self.scoring.n) != self.place
        excluded = {}
        for rule, broken in self.broken.items():
            excluded[rule] = int((left & broken).sum())
            left &= ~broken
        return {rule: count for rule, count in excluded.items() if count}

    def _concessions(self) -> tuple[Concession, ...]:
        opens = {must: int(self.opened([must]).sum()) for must in self.musts}
        single = [Concession((must,), count) for must, count in opens.items() if count]
        single.sort(key=lambda concession: -concession.opens)
        together = int(self.opened(self.musts).sum())
        if together > max(opens.values(), default=0):
            single.append(Concession(self.musts, together))
        return tuple(single)


def rows(scoring: Scoring, places: Ints) -> Iterator[Row]:
    """The rows of some people (by index), a few at a time."""
    for start in range(0, len(places), TOGETHER):
        some = places[start : start + TOGETHER]
        broken, missing = _beside_all(scoring, some)
        for k, place in enumerate(some.tolist()):
            kept = {rule: away[k] for rule, away in broken.items()}
            yield Row(scoring, place, kept, missing[k])


def _beside_all(
    scoring: Scoring, some: Ints
) -> tuple[dict[str, Bools], NDArray[np.unsignedinteger]]:
    """For some people: by rule whom it keeps away, and which own musts each would break."""
    i, j = some[:, None], np.arange(scoring.n)
    missing = scoring.wishes.must[i] & ~scoring.met(i, j)
    broken = {
        SAME_COUNTRY: scoring.country[i] == scoring.country[j],
        NO_COMMON_LANGUAGE: ~scoring.languages(i, j),
        KEPT_APART: np.broadcast_to(scoring.apart.has(i, j), missing.shape),
        PINNED: scoring.pin[i] != scoring.pin[j],
        OWN_MUSTS: missing != 0,
        THEIR_MUSTS: ~scoring.wishes.respected(j, scoring.met(j, i)),
    }
    return broken, missing
