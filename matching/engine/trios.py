"""Groups of three that can be formed, and what each promises."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cached_property

import numpy as np

from matching.engine.relaxation import Relaxed
from matching.engine.scoring import Scores, reachable
from matching.engine.weights import Ints

Trio = tuple[int, int, int]
Promise = tuple[int, Trio, int]
LEAST = int(np.iinfo(np.int64).min) // 2
MOST = int(np.iinfo(np.int64).max)


class Trios:
    """The possible groups of three of a round.

    Each is given as (surplus, trio, worth): the worth is doubled, on the room's scale; the
    surplus is the worth less the prices of the three, which is what choosing this group adds
    to the bound. A wish is met when either partner meets it; hours count when all three are awake.
    """

    def __init__(
        self, scores: Scores, relaxed: Relaxed, barrier: Collection[int]
    ) -> None:
        self.scores = scores
        self.room = relaxed.room
        self.prices = relaxed.prices[: relaxed.room.people]
        self.parts = _parts(scores, barrier)
        willing = np.array(
            [person.accepts_three for person in scores.people], dtype=np.bool_
        )
        # No group gives a person more than all wishes that allowed partners meet, and a
        # third of their longest hours.
        people = np.arange(len(scores.people))
        longest = np.where(scores.allowed, scores.minutes, 0).max(axis=1, initial=0)
        most = scores.table[people, reachable(scores.met, scores.allowed)]
        most += (np.maximum(0, scores.hours_worth(longest)) + 2) // 3
        self.hopes = (most << self.room.bits + 1) - self.prices
        order = np.argsort(-self.hopes, kind="stable")
        self.people = order[willing[order] & (self.parts[order] >= 0)]

    @cached_property
    def most(self) -> int:
        """The greatest surplus there is."""
        best = self.best(without=())
        return best[0] if best else LEAST

    def best(self, without: Collection[Trio]) -> Promise | None:
        """The group of the greatest surplus, leaving some out."""
        floor = [LEAST]
        best: Promise | None = None
        for promises in self._from(lambda: floor[0], len(without) + 1):
            best = next(
                (promise for promise in promises if promise[1] not in without), best
            )
            floor[0] = best[0] + 1 if best else LEAST
        return best

    def at_least(self, surplus: int) -> list[Promise]:
        """All groups with at least this surplus, the most promising first."""
        found = [
            promise for promises in self._from(lambda: surplus) for promise in promises
        ]
        return sorted(found, key=lambda promise: (-promise[0], promise[1]))

    def _from(
        self, floor: Callable[[], int], most: int = MOST
    ) -> Iterator[list[Promise]]:
        """By first person: the groups above the floor, the most promising first."""
        hopes = self.hopes[self.people]
        for place, first in enumerate(self.people.tolist()):
            least = floor()
            if hopes[place : place + 3].sum() < least:
                return  # nobody further on can do better
            others = self.people[place + 1 :]
            near = self.scores.allowed[first, others] & (
                self.parts[others] == self.parts[first]
            )
            others = others[near]
            if len(others) > 1:
                enough = least - self.hopes[first] - self.hopes[others[0]]
                others = others[self.hopes[others] >= enough]  # the others come by hope
            if promising := self._above(first, others, least, most):
                yield promising

    def _above(self, first: int, others: Ints, least: int, most: int) -> list[Promise]:
        """The best groups of `first` with two of `others` above the floor, at most so many."""
        scores = self.scores
        hope = self.hopes[others]
        rows, columns = np.nonzero(np.triu(scores.allowed[np.ix_(others, others)], 1))
        enough = hope[rows] + hope[columns] >= least - self.hopes[first]
        second, third = others[rows[enough]], others[columns[enough]]
        worth = self._worth(np.full_like(second, first), second, third)
        surplus = worth - self.prices[first] - self.prices[second] - self.prices[third]
        keep = np.flatnonzero(surplus >= least)
        order = keep[np.argsort(-surplus[keep], kind="stable")][:most]
        return [
            (gain, tuple(sorted((first, j, k))), value)
            for gain, j, k, value in zip(
                surplus[order].tolist(),
                second[order].tolist(),
                third[order].tolist(),
                worth[order].tolist(),
                strict=True,
            )
        ]

    def _worth(self, a: Ints, b: Ints, c: Ints) -> Ints:
        scores = self.scores
        worth = np.zeros(len(a), dtype=np.int64)
        for me, one, other in ((a, b, c), (b, c, a), (c, a, b)):
            worth += scores.table[me, scores.met[me, one] | scores.met[me, other]]
        awake = np.minimum(scores.minutes[a, b], scores.minutes[a, c])
        worth += scores.hours_worth(np.minimum(awake, scores.minutes[b, c]))
        return worth << self.room.bits + 1


def _parts(scores: Scores, barrier: Collection[int]) -> Ints:
    """(n,): in which odd part behind the barrier each person is; -1 for all others.

    Only a group inside one odd part leaves fewer people alone: taken from anywhere else, its
    three people leave at least as many odd parts without a way to pair up.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    allowed = scores.allowed.copy()
    allowed[list(barrier), :] = allowed[:, list(barrier)] = False
    _, parts = connected_components(csr_array(allowed), directed=False)
    odd = np.bincount(parts, minlength=len(parts))[parts] % 2 == 1
    odd[list(barrier)] = False
    return np.where(odd, parts, -1)
