"""The best groups of a round: pairs, and one group of three where the number is odd.

The group of three is chosen together with all the rest, by branch and bound: with the
prices y of the relaxation, a group worth w(T) leaves at most w(T) + sum of y over the others,
and only groups whose bound beats the best complete answer so far are solved out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.scoring import Scores
from matching.engine.solver import Relaxation, draw_bits, solve, with_draw

Trio = tuple[int, int, int]
NOTHING = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Grouping:
    """Sorted groups of two or three people (by index), those left over, and what it is worth."""

    groups: tuple[tuple[int, ...], ...]
    unmatched: tuple[int, ...]
    value: int


def best_groups(scores: Scores, seed: int = 0) -> Grouping:
    """The fewest people left over, then the greatest worth, then the draw."""
    pairs = solve(scores.weights, seed=seed)
    alone = Grouping(pairs.pairs, pairs.unmatched, pairs.value)
    if len(scores.people) % 2 == 0:
        return alone
    return _with_trio(scores, seed, stand_ins=len(pairs.unmatched)) or alone


def _with_trio(scores: Scores, seed: int, stand_ins: int) -> Grouping | None:
    """The best answer with one group of three and one stand-in fewer, if there is one."""
    n = len(scores.people)
    drawn = with_draw(scores.weights, seed)
    relaxation = Relaxation(drawn, stand_ins)
    everybody = np.ones(n + stand_ins, dtype=np.bool_)
    everybody[-1] = False  # the stand-in whose place the third person saves
    bound = relaxation.bound(everybody)
    candidates = _Candidates(scores, drawn, relaxation.prices)
    best: list[tuple[int, ...]] | None = None
    value = NOTHING
    for surplus, worth, trio in candidates:
        if best is not None and bound + surplus <= 2 * value:
            break  # all further ones promise even less
        others = everybody.copy()
        others[list(trio)] = False
        floor = None if best is None else value - worth
        pairs = relaxation.best(others, above=floor)
        if pairs is None:
            continue
        total = worth + relaxation.worth(pairs)
        if best is None or total > value:
            best, value = [trio, *(pair for pair in pairs if pair[1] < n)], total
    if best is None:
        return None
    seated = {person for group in best for person in group}
    return Grouping(
        groups=tuple(sorted(best)),
        unmatched=tuple(person for person in range(n) if person not in seated),
        value=value >> draw_bits(scores.weights),
    )


class _Candidates:
    """Possible groups of three, the most promising first.

    Yields (surplus, worth, trio): the worth carries the draw, and surplus is twice the worth
    less the three prices: what choosing this group adds to the doubled bound.
    """

    BATCH = 2000

    def __init__(
        self, scores: Scores, drawn: NDArray[np.int64], prices: NDArray[np.int64]
    ) -> None:
        self.scores = scores
        self.drawn = drawn
        self.prices = prices[: len(scores.people)]
        self.bits = draw_bits(scores.weights)

    def __iter__(self) -> Iterator[tuple[int, int, Trio]]:
        below = np.iinfo(np.int64).max
        done: set[Trio] = set()
        while batch := self._best(below, done):
            yield from batch
            below = batch[-1][0]
            done = {trio for surplus, _, trio in batch if surplus == below} | (
                done if batch[0][0] == below else set()
            )

    def _best(self, below: int, done: set[Trio]) -> list[tuple[int, int, Trio]]:
        """Up to BATCH groups with a surplus of at most `below`, leaving out those done."""
        found: list[tuple[int, int, Trio]] = []
        floor = NOTHING
        for first in np.flatnonzero(
            [person.accepts_three for person in self.scores.people]
        ):
            second, third, worth = self._groups_of(int(first))
            surplus = (
                2 * worth
                - self.prices[first]
                - self.prices[second]
                - self.prices[third]
            )
            keep = (surplus <= below) & (surplus >= floor)
            found += [
                (s, w, (int(first), j, k))
                for s, w, j, k in zip(
                    surplus[keep].tolist(),
                    worth[keep].tolist(),
                    second[keep].tolist(),
                    third[keep].tolist(),
                    strict=True,
                )
                if (int(first), j, k) not in done
            ]
            if len(found) > 2 * self.BATCH:
                found = sorted(found, key=lambda item: (-item[0], item[2]))[
                    : self.BATCH
                ]
                floor = found[-1][0]
        return sorted(found, key=lambda item: (-item[0], item[2]))[: self.BATCH]

    def _groups_of(
        self, first: int
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]:
        """All groups of `first` with two later people: those two, and what the group is worth."""
        scores = self.scores
        willing = [
            k
            for k in np.flatnonzero(scores.allowed[first]).tolist()
            if k > first and scores.people[k].accepts_three
        ]
        others = np.array(willing, dtype=np.intp)
        rows, columns = np.nonzero(np.triu(scores.allowed[np.ix_(others, others)], 1))
        second, third = others[rows], others[columns]
        trio = (np.full_like(second, first), second, third)
        worth = np.zeros(len(second), dtype=np.int64)
        for me, one, other in (trio, trio[1:] + trio[:1], trio[2:] + trio[:2]):
            worth += scores.table[me, scores.met[me, one] | scores.met[me, other]]
        awake = np.minimum(
            np.minimum(scores.minutes[first, second], scores.minutes[first, third]),
            scores.minutes[second, third],
        )
        worth += scores.hours_worth(awake)
        low = (1 << self.bits) - 1
        drawn = (
            (self.drawn[first, second] & low)
            + (self.drawn[first, third] & low)
            + (self.drawn[second, third] & low)
        )
        return second, third, (worth << self.bits) + drawn
