"""How many people can be paired at all, with a witness that no more can.

A matching is sought among a few pairs a person. Whoever stays alone there leaves a barrier
(Tutte 1947, Berge 1958; found as in the Gallai-Edmonds structure). If the barrier holds for
all pairs, the matching is as large as any; else the pairs that break it are added.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.engine.solving.blossom import NOBODY, Blossoms
from matching.engine.solving.weights import Blocks, Ints, sweep

FEW = 6  # pairs a person that are added to the look at a time


def most_pairs(weights: Blocks, edges: Ints) -> tuple[Ints, tuple[int, ...]]:
    """Partners (n,) in a matching with the most pairs, NOBODY if alone; and the barrier.

    `edges` (m, 2) are the allowed pairs to look at first.
    """
    n = weights.n
    while True:
        state = Blossoms(((i, j, 0) for i, j in edges.tolist()), [0] * n, [NOBODY] * n)
        for i, j in _greedy(n, edges):
            state.mate[i], state.mate[j] = j, i
        barrier = state.pair_up()
        alone = state.mate.count(NOBODY)
        if alone <= n % 2:
            return np.array(state.mate, dtype=np.int64), ()
        missing = _across(weights, _parts(n, edges, barrier))
        if not len(missing):
            return np.array(state.mate, dtype=np.int64), tuple(barrier)
        edges = np.concatenate([edges, missing])


def _greedy(n: int, edges: Ints) -> list[tuple[int, int]]:
    """Pairs one by one, those with the fewest possible partners first (Karp and Sipser 1981)."""
    degree = np.bincount(edges.ravel(), minlength=n)
    order = np.argsort(
        np.minimum(degree[edges[:, 0]], degree[edges[:, 1]]), kind="stable"
    )
    free = [True] * n
    pairs = []
    for i, j in edges[order].tolist():
        if free[i] and free[j]:
            free[i] = free[j] = False
            pairs.append((i, j))
    return pairs


def _parts(n: int, edges: Ints, barrier: list[int]) -> NDArray[np.int32]:
    """(n,): which connected part each person is in once the barrier is gone; -1 for the barrier."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    behind = np.zeros(n, dtype=np.bool_)
    behind[barrier] = True
    rest = edges[~behind[edges].any(axis=1)]
    graph = csr_array((np.ones(len(rest)), (rest[:, 0], rest[:, 1])), shape=(n, n))
    _, parts = connected_components(graph, directed=False)
    parts[behind] = -1
    return np.asarray(parts)


def _across(weights: Blocks, parts: NDArray[np.int32]) -> Ints:
    """Some allowed pairs (m, 2) that join two parts: each person's first few."""
    found = []
    for start, first, block in sweep(weights, upper=True):
        mine = parts[start : start + len(block), None]
        joins = (block >= 0) & (mine != parts[None, first:]) & (mine >= 0)
        joins &= parts[None, first:] >= 0
        joins &= np.cumsum(joins, axis=1) <= FEW
        rows, columns = np.nonzero(joins)
        found.append(np.column_stack([rows + start, columns + first]))
    return np.concatenate(found) if found else np.zeros((0, 2), dtype=np.int64)
