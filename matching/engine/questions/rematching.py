"""What becomes of the best matching when the possibilities of a few people change.

The prices and odd sets that prove the matching still cover all other pairs. So it is enough
to let these people go, each with a price of their own, and to grow one tree for every two who
are free then: exact, among all pairs (Weber, Sensitivity analysis of optimal matchings,
Networks 11, 1981).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from matching.engine.solving.blossom import NOBODY, NoCompleteMatching
from matching.engine.solving.dense import FORBIDDEN, LATEST, DenseBlossoms
from matching.engine.solving.relaxation import Relaxed, Room, relax, unique
from matching.engine.solving.weights import Ints, Matrix

CANDIDATES = 24  # pairs a person from which the first prices are found

Row = Ints | None
Bools = NDArray[np.bool_]


class Rematching:
    """A best matching of n people, ready for questions; none leaves a trace.

    `weights` (n, n): as for `solve`. `pairs` are a best matching of all but those absent.
    ValueError where they are not; OverflowError where prices would leave 64 bits.

    Vertices are the people, somebody new (number n), and the chairs. Whoever stays alone sits
    on a chair, which is worth nothing. Absent people and empty chairs are paired with themselves.
    """

    def __init__(
        self,
        weights: Ints,
        pairs: Iterable[tuple[int, int]],
        absent: Collection[int] = (),
    ) -> None:
        self.weights = weights
        self.new = len(weights)
        self.chairs = self.new + 1
        pairs = list(pairs)
        self.present = np.ones(self.chairs, dtype=np.bool_)
        self.present[[*absent, self.new]] = False
        alone = np.setdiff1d(np.flatnonzero(self.present), np.ravel(pairs)).tolist()
        self.alone = len(alone)
        self.size = self.chairs + self.alone + len(absent) + 3
        self.mate = list(range(self.size))
        for i, j in [*pairs, *zip(alone, count(self.chairs), strict=False)]:
            self.mate[i], self.mate[j] = j, i
        self.worth = np.full((self.size, self.size), FORBIDDEN)
        self.state = self._best()

    # --- What callers use -------------------------------------------------

    def row(self, person: int) -> Ints:
        """(n + 1,): what pairs with a person, present or not, are worth; negative: never."""
        return np.append(self.weights[person], -1)

    def rematch(
        self, rows: Mapping[int, Row], paired: Collection[int] = ()
    ) -> list[int]:
        """(n + 1,): everybody's partner once these people's rows of worths are as given.

        NOBODY for who is alone or absent. Whoever has no row leaves; somebody new, or absent
        so far, comes with theirs. Those who are to be `paired`, of those with a row, do not
        stay alone; apart from that the fewest do, and then the worth is the greatest.
        """
        coming = [person for person, row in rows.items() if row is not None]
        present = self.present.copy()
        present[list(rows)] = False
        present[coming] = True
        moved = int((present != self.present).sum())
        may_sit = present.copy()
        may_sit[list(paired)] = False
        fewest = max(0, self.alone - moved)
        alone = fewest + (fewest + int(present.sum())) % 2
        while (mate := self._mate(rows, present, may_sit, alone)) is None:
            alone += 2
        pairs = enumerate(mate[: self.chairs])
        return [j if i != j < self.chairs else NOBODY for i, j in pairs]

    def bounds(self, person: int) -> Ints:
        """(n,): what pairing a person with each other one loses at least; negative: cannot be."""
        cover = self.state.level + self.state.level[person]
        for members, price in self.state.odd_sets():
            if person in members:
                cover[members] += price
        slack = (cover - self.worth[person])[: self.new]
        return np.where(
            self.worth[person, : self.new] == FORBIDDEN, -1, (slack + 1) // 2
        )

    # --- How it is done ---------------------------------------------------

    def _mate(
        self, rows: Mapping[int, Row], present: Bools, may_sit: Bools, alone: int
    ) -> list[int] | None:
        """Everybody's partner, chairs included, if so many may be alone; None if these are too few."""
        changes = self._changes(rows, present, may_sit, alone)
        before = {vertex: self.worth[vertex].copy() for vertex in changes}
        try:
            for vertex, row in changes.items():
                self._write(vertex, row)
            return self._completed(changes).mate
        except NoCompleteMatching:
            return None
        finally:
            for vertex, worth in before.items():
                self.worth[vertex] = self.worth[:, vertex] = worth

    def _changes(
        self, rows: Mapping[int, Row], present: Bools, may_sit: Bools, alone: int
    ) -> dict[int, Row]:
        """The rows (size,) of all vertices that change, chairs included."""
        used, wanted = self.chairs + self.alone, self.chairs + alone
        changes: dict[int, Row] = dict(rows)
        for person, row in rows.items():
            if row is not None:
                chairs = np.full(self.size - self.chairs, -1)
                chairs[: self.alone] = 0 if may_sit[person] else -1
                changes[person] = np.append(np.where(present, row, -1), chairs)
        changes |= {chair: self._chair(may_sit) for chair in range(used, wanted)}
        return changes | dict.fromkeys(range(wanted, used))

    def _completed(self, changes: Mapping[int, Row]) -> DenseBlossoms:
        state = self.state.copy()
        for vertex in changes:
            state.release(vertex)
        for vertex, row in changes.items():
            if row is None:
                state.mate[vertex] = vertex
            else:
                state.reprice(vertex)
        state.complete()
        return state

    def _chair(self, may_sit: Bools) -> Ints:
        """(size,): the row of a chair."""
        return np.append(np.where(may_sit, 0, -1), np.full(self.size - self.chairs, -1))

    def _write(self, vertex: int, row: Row) -> None:
        worth = FORBIDDEN if row is None else np.where(row < 0, FORBIDDEN, 2 * row)
        self.worth[vertex] = self.worth[:, vertex] = worth
        self.worth[vertex, vertex] = FORBIDDEN

    def _best(self) -> DenseBlossoms:
        """The prices and odd sets of a best matching, around the one that is given."""
        here = np.flatnonzero(self.present)
        plain = self.weights[np.ix_(here, here)]
        self.worth[np.ix_(here, here)] = np.where(plain < 0, FORBIDDEN, 2 * plain)
        np.fill_diagonal(self.worth, FORBIDDEN)
        for chair in range(self.chairs, self.chairs + self.alone):
            self._write(chair, self._chair(self.present))
        here = np.append(here, np.arange(self.chairs, self.chairs + self.alone))
        relaxed = self._relaxed(plain, np.searchsorted(here, np.array(self.mate)[here]))
        prices, mate = np.zeros(self.size, dtype=np.int64), np.arange(self.size)
        prices[here] = relaxed.prices
        if np.abs(prices).max() > LATEST:
            raise OverflowError("The prices of this matching leave 64 bits.")
        mate[here] = np.where(relaxed.mate == NOBODY, NOBODY, here[relaxed.mate])
        state = DenseBlossoms(self.worth, prices.tolist(), mate.tolist())
        state.complete()
        if self._total(state.mate) != self._total(self.mate):
            raise ValueError("These pairs are not a best matching of these people.")
        return _around(state, self.mate)

    def _total(self, mate: Sequence[int]) -> int:
        rows = np.arange(self.size)
        return sum(self.worth[rows, mate][rows != mate].tolist())

    def _relaxed(self, plain: Ints, mate: Ints) -> Relaxed:
        n = len(plain)
        nearest = np.argpartition(-plain, min(CANDIDATES, n) - 1, axis=1)[
            :, :CANDIDATES
        ]
        columns = np.column_stack([nearest, np.minimum(mate[:n], n - 1)])
        rows = np.repeat(np.arange(n), columns.shape[1])
        edges = np.column_stack([rows, columns.ravel()])
        edges, _ = unique(edges[(plain[*edges.T] >= 0) & (rows != edges[:, 1])])
        return relax(Room(Matrix(plain), self.alone, 0, 0), edges, plain[*edges.T])


def _around(best: DenseBlossoms, mate: Sequence[int]) -> DenseBlossoms:
    """The same prices and odd sets around another best matching."""
    prices, odd_sets = best.price[: best.n], best.odd_sets()
    for members, price in odd_sets:
        for vertex in members:
            prices[vertex] += price // 2
    state = DenseBlossoms(best.worth, prices, mate)
    for members, price in sorted(odd_sets, key=lambda odd_set: len(odd_set[0])):
        state.enclose(members, price)
    return state
