"""The parts into which a round falls, and how many people must stay alone.

Take away the barrier, and each odd part that is left keeps one person alone, unless one of
the barrier takes them or a group of three inside completes the part (Gallai 1964, Edmonds
1965; with groups of three: Cornuéjols, Hartvigsen and Pulleyblank, Packing subgraphs in a
graph, 1982).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.engine.grouping.trios import connected
from matching.engine.scoring.scores import FORBIDDEN
from matching.engine.solving.blossom import NOBODY
from matching.engine.solving.cardinality import most_pairs
from matching.engine.solving.weights import Ints, Matrix, draw

SOME = 12  # possible partners of each person who are looked at first

Bools = NDArray[np.bool_]


class Parts:
    """A round cut at its barrier.

    allowed (n, n): who may be paired. willing (n,): who accepts a group of three. barrier:
    people, in order. of (n,): in which odd part everybody is, from 0 on; -1: in none.
    """

    def __init__(self, allowed: Bools, willing: Bools) -> None:
        self.allowed, self.willing = allowed, willing
        self.mate, self.barrier = _paired(allowed, stranger=True)
        open_ = allowed.copy()
        open_[self.barrier] = open_[:, self.barrier] = False
        parts = connected(open_)
        odd = np.bincount(parts, minlength=1) % 2 == 1
        odd[parts[self.barrier]] = False  # each of the barrier is a part now
        self.count = int(odd.sum())
        self.of = np.where(odd, np.cumsum(odd) - 1, -1)[parts]

    @property
    def alone(self) -> int:
        """How many are left over where all others are in pairs."""
        return self.count - len(self.barrier)

    @cached_property
    def completed(self) -> Bools:
        """(count,): which parts a group of three completes."""
        return np.array([self._is_completed(part) for part in range(self.count)])

    @cached_property
    def beside(self) -> Bools:
        """(count, barrier): which of the barrier may be paired with somebody of each part."""
        inside = np.flatnonzero(self.of >= 0)
        beside = np.zeros((self.count, len(self.barrier)), dtype=np.bool_)
        near = self.allowed[np.ix_(inside, self.barrier)]
        np.logical_or.at(beside, self.of[inside], near)
        return beside

    @cached_property
    def fewest_alone(self) -> int:
        """How many are left over where groups of three are formed while they help."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import maximum_bipartite_matching

        if not self.alone:
            return 0
        others = csr_array(self.beside[~self.completed])
        taken = maximum_bipartite_matching(others, perm_type="column") >= 0
        return int((~self.completed).sum() - taken.sum())

    def _is_completed(self, part: int) -> bool:
        people = np.flatnonzero(self.of == part)
        if self.willing[people].sum() < 3:
            return False
        return self._takes_the_odd_one(people) or any(
            self._pairs_up(np.setdiff1d(people, trio)) for trio in self._trios(people)
        )

    def _takes_the_odd_one(self, people: Ints) -> bool:
        """Whether any pair takes in the one whom the others of this part leave over."""
        inside = np.isin(self.mate[people], people)
        (odd,) = people[~inside]
        first = people[inside & self.willing[people]]
        other = self.mate[first]
        near = self.allowed[odd, first] & self.allowed[odd, other] & self.willing[other]
        return bool(self.willing[odd] and near.any())

    def _trios(self, people: Ints) -> Iterator[Ints]:
        willing = people[self.willing[people]]
        for k, first in enumerate(willing):
            others = willing[k + 1 :][self.allowed[first, willing[k + 1 :]]]
            near = np.triu(self.allowed[np.ix_(others, others)], 1)
            for i, j in np.argwhere(near):
                yield np.array([first, others[i], others[j]])

    def _pairs_up(self, people: Ints) -> bool:
        mate, _ = _paired(self.allowed[np.ix_(people, people)])
        return bool((mate != NOBODY).all())


def _paired(allowed: Bools, *, stranger: bool = False) -> tuple[Ints, Ints]:
    """Partners (n,) in a matching with the most pairs, and the barrier.

    The barrier is only sought where two people stay alone: with a stranger whom nobody may
    be paired with, this is so from the first.
    """
    n = len(allowed)
    padded = np.pad(allowed, (0, int(stranger)))
    weights = np.where(padded, 0, FORBIDDEN)
    mate, barrier = most_pairs(Matrix(weights), _some_edges(allowed))
    return mate[:n], np.array(barrier, dtype=np.int64)


def _some_edges(allowed: Bools) -> Ints:
    """A few allowed pairs (m, 2) of each person, drawn by lot."""
    people = np.arange(len(allowed))
    lots = np.where(allowed, draw(0, people[:, None], people, 30), -1)
    few = min(SOME, len(people))
    partners = np.argpartition(-lots, few - 1, axis=1)[:, :few] if few else lots
    edges = np.column_stack([np.repeat(people, few), partners.ravel()])
    return np.asarray(edges[allowed[edges[:, 0], edges[:, 1]]])
