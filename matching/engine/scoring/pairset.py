"""Few of all pairs, such as those kept apart."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class PairSet:
    """Some pairs of n people, to be found one by one or in a block.

    degree (n,): in how many of them each person is.
    """

    def __init__(self, n: int, pairs: Collection[tuple[int, int]]) -> None:
        self.n = n
        both = np.array([*pairs, *((j, i) for i, j in pairs)], dtype=np.int64)
        i, j = both.reshape(-1, 2).T
        self.keys = np.unique(i * n + j)
        self.start = np.searchsorted(self.keys, np.arange(n + 1) * n)
        self.degree = np.diff(self.start)

    def __len__(self) -> int:
        return len(self.keys) // 2

    def among(self, places: Ints, n: int) -> PairSet:
        """Those of some people alone, by where each stands in `places`; n people in all."""
        new = np.full(self.n, -1, dtype=np.int64)
        new[places] = np.arange(len(places))
        i, j = new[self.keys // max(1, self.n)], new[self.keys % max(1, self.n)]
        here = (i >= 0) & (i < j)
        return PairSet(n, list(zip(i[here].tolist(), j[here].tolist(), strict=True)))

    def has(self, i: Ints, j: Ints) -> NDArray[np.bool_]:
        """Which pairs (i, j) are among them; i and j broadcast."""
        if not len(self.keys):
            return np.zeros((), dtype=np.bool_)
        keys = np.asarray(i * self.n + j)
        near = np.searchsorted(self.keys, keys).clip(max=len(self.keys) - 1)
        return np.asarray(self.keys[near] == keys)

    def within(self, rows: Ints, cols: Ints) -> tuple[Ints, Ints]:
        """Where they lie in a block of people: row and column of each."""
        count = self.degree[rows]
        row = np.repeat(np.arange(len(rows)), count)
        rank = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        column = np.full(self.n, -1, dtype=np.int64)
        column[cols] = np.arange(len(cols))
        found = column[self.keys[self.start[rows][row] + rank] % max(1, self.n)]
        return row[found >= 0], found[found >= 0]
