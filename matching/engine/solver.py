"""The best set of pairs, with an upper bound on any.

Among all matchings with the most people paired, one of greatest total worth:

1. *How many people can be paired* is a cardinality matching; whoever must stay alone is
   joined to a stand-in, so that from here on everybody has a partner.
2. *The relaxation*: the assignment problem on the symmetric matrix. Its prices y, with
   y_i + y_j >= w_ij for every pair, bound every matching by their sum (Balinski 1965).
3. *The kernel*: with the value of one good matching known, a pair whose price exceeds its
   worth by more than the gap can be in no better one (reduced cost fixing; Dantzig, Fulkerson,
   Johnson 1954). A few pairs a person are left.
4. *The finish*: Edmonds' blossom algorithm (1965), from rustworkx, on the kernel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import rustworkx
from numpy.typing import NDArray

Pair = tuple[int, int]
Prices = NDArray[np.int64]

MOST_WORTH = 1 << 57  # prices may reach a few times the worth, and must stay in 64 bits
BLOCKED = -(1 << 61)
SWEEPS = 100
START_PAIRS = 6  # pairs a person, best first, in which the first matching is sought


@dataclass(frozen=True)
class Solution:
    """A matching of n people: sorted pairs (i, j) with i < j, and whoever has no partner.

    `value` is the worth of the pairs; no matching with as many pairs exceeds `bound`, and
    none has more pairs than `pair_bound`. The bound comes from the relaxation; where it lies
    above the value, the exact finish has closed the gap.
    """

    pairs: tuple[Pair, ...]
    unmatched: tuple[int, ...]
    value: int
    bound: int
    pair_bound: int


class Relaxation:
    """Everybody has a partner here: n people and the stand-ins for partners there are not.

    `weights` (N, N) int64 with forbidden pairs negative. `prices` are doubled to stay
    integers: prices[i] + prices[j] >= 2 * weights[i, j] wherever a pair is allowed.
    """

    def __init__(self, weights: NDArray[np.int64], stand_ins: int) -> None:
        n = len(weights)
        self.people = n
        self.weights = np.full((n + stand_ins, n + stand_ins), -1, dtype=np.int64)
        self.weights[:n, :n] = weights
        self.weights[:n, n:] = self.weights[n:, :n] = 0
        self.prices = _prices(self.weights)
        if stand_ins:  # they are alike, so the lowest of their prices does for all
            self.prices[n:] = self.prices[n:].min()
        slack = self.prices[:, None] + self.prices[None, :] - 2 * self.weights
        slack[self.weights < 0] = np.iinfo(np.int64).max
        upper = np.triu_indices(len(slack), 1)
        keep = slack[upper] < np.iinfo(np.int64).max
        order = np.argsort(slack[upper][keep], kind="stable")
        self.edges = np.column_stack(upper)[keep][order]
        self.slack = slack[upper][keep][order]

    def bound(self, present: NDArray[np.bool_]) -> int:
        """Twice an upper bound on the worth of any complete matching of those present."""
        return sum(self.prices[present].tolist())

    def best(
        self, present: NDArray[np.bool_], above: int | None = None
    ) -> list[Pair] | None:
        """The best complete matching of those present, worth at least `above` if that is given.

        None where there is none.
        """
        if above is None:
            start = self._start(present)
            if start is None:
                return None
            above = self.worth(start)
        most_slack = self.bound(present) - 2 * above
        if most_slack < 0:
            return None
        kernel = self.edges[: np.searchsorted(self.slack, most_slack, side="right")]
        return self._complete(kernel[present[kernel].all(axis=1)], present)

    def worth(self, pairs: list[Pair]) -> int:
        return sum(int(self.weights[pair]) for pair in pairs)

    def _start(self, present: NDArray[np.bool_]) -> list[Pair] | None:
        """Some good complete matching, found among each person's most promising pairs."""
        edges = self.edges[present[self.edges].all(axis=1)]
        most = START_PAIRS
        while True:
            few = _first_of_each(edges, most)
            pairs = self._complete(few, present)
            if pairs is not None or len(few) == len(edges):
                return pairs
            most *= 4

    def _complete(
        self, edges: NDArray[np.intp], present: NDArray[np.bool_]
    ) -> list[Pair] | None:
        pairs = blossom(edges, self.weights[edges[:, 0], edges[:, 1]])
        return pairs if 2 * len(pairs) == int(present.sum()) else None


def solve(weights: NDArray[np.int64], *, seed: int = 0) -> Solution:
    """Pair as many people as possible, at the greatest total worth; ties fall by the seed.

    `weights` is an (n, n) symmetric integer array: negative where two may not be paired, else
    what the pair is worth, at most 2**57; the diagonal is ignored. The order of the rows
    decides nothing but who is who. ValueError names what is wrong with the array.
    """
    weights = checked(weights)
    n = len(weights)
    most_pairs, pair_bound = _most_pairs(weights >= 0)
    relaxation = Relaxation(with_draw(weights, seed), stand_ins=n - 2 * most_pairs)
    everybody = np.ones(len(relaxation.weights), dtype=np.bool_)
    pairs = relaxation.best(everybody) or []
    real = tuple(sorted(pair for pair in pairs if pair[1] < n))
    seated = {person for pair in real for person in pair}
    return Solution(
        pairs=real,
        unmatched=tuple(person for person in range(n) if person not in seated),
        value=sum(int(weights[pair]) for pair in real),
        bound=relaxation.bound(everybody) // 2 >> draw_bits(weights),
        pair_bound=pair_bound,
    )


def checked(weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """A copy with the diagonal forbidden; ValueError that names the entry at fault."""
    weights = np.asarray(weights)
    if weights.ndim != 2 or weights.shape[0] != weights.shape[1]:
        raise ValueError(
            f"Weights form a square, not an array of shape {weights.shape}."
        )
    if not np.issubdtype(weights.dtype, np.integer):
        raise ValueError(f"Weights are integers, not {weights.dtype}.")
    weights = weights.astype(np.int64)
    np.fill_diagonal(weights, -1)
    weights = np.maximum(weights, -1)
    for problem, wrong in (
        ("is worth more than 2**57", weights > MOST_WORTH),
        ("differs from its mirror image", weights != weights.T),
    ):
        if wrong.any():
            i, j = np.argwhere(wrong)[0].tolist()
            raise ValueError(f"The pair ({i}, {j}) {problem}.")
    return weights


def draw_bits(weights: NDArray[np.int64]) -> int:
    """How many low bits are free for the draw: none may weigh more than one step of worth."""
    worth = int(weights.max(initial=0)).bit_length()
    people = len(weights).bit_length()
    return max(0, min(people + 24, MOST_WORTH.bit_length() - 1 - worth))


def with_draw(weights: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Weights moved up, with the seeded draw in the low bits that are free.

    Ties become rare, so that the optimum is one and the same on every machine (the isolation
    lemma; Mulmuley, Vazirani, Vazirani 1987). Raw PCG-64 output never changes between releases.
    """
    n, bits = len(weights), draw_bits(weights)
    range_ = max(0, bits - n.bit_length())
    if range_ == 0:
        return np.where(weights < 0, -1, weights << bits)
    raw = np.random.PCG64(seed).random_raw(n * n).reshape(n, n)
    drawn = np.triu((raw >> np.uint64(64 - range_)).astype(np.int64), 1)
    return np.where(weights < 0, -1, (weights << bits) + drawn + drawn.T)


def blossom(edges: NDArray[np.intp], worth: NDArray[np.int64]) -> list[Pair]:
    """A matching of greatest worth among those with the most pairs (Edmonds; rustworkx)."""
    graph: rustworkx.PyGraph[None, int] = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from([None] * (int(edges.max(initial=-1)) + 1))
    graph.add_edges_from(
        list(
            zip(edges[:, 0].tolist(), edges[:, 1].tolist(), worth.tolist(), strict=True)
        )
    )
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return sorted((min(pair), max(pair)) for pair in found)


def _prices(weights: NDArray[np.int64]) -> Prices:
    """(N,): doubled prices of the relaxation, feasible for every allowed pair, in integers.

    The assignment comes from floats; the prices are then longest paths over its residual
    graph (Bellman-Ford, in vectorised sweeps), so rounding can only make the bound weaker,
    never wrong.
    """
    from scipy.optimize import (
        linear_sum_assignment,
    )  # 0.8 s that nobody else should wait for

    if not len(weights):
        return np.zeros(0, dtype=np.int64)
    allowed = weights >= 0
    cost = np.where(allowed, -weights.astype(np.float64), np.inf)
    _, mate = linear_sum_assignment(cost)
    worth = np.where(allowed, weights, BLOCKED)
    own = worth[np.arange(len(worth)), mate]
    columns = np.zeros(len(worth), dtype=np.int64)
    for _ in range(SWEEPS):
        raised = np.maximum(
            columns, (worth + (columns[mate] - own)[:, None]).max(axis=0)
        )
        if (raised == columns).all():
            break
        columns = raised
    rows = (worth - columns[None, :]).max(axis=1)
    return np.asarray(rows + columns)


def _first_of_each(edges: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """The edges that are among the first `most` of either end; the order is kept."""
    count: dict[int, int] = {}
    chosen = []
    for k, (i, j) in enumerate(edges.tolist()):
        if count.get(i, 0) < most or count.get(j, 0) < most:
            chosen.append(k)
        count[i] = count.get(i, 0) + 1
        count[j] = count.get(j, 0) + 1
    return edges[chosen]


def _most_pairs(allowed: NDArray[np.bool_]) -> tuple[int, int]:
    """How many pairs there can be: the number reached, and an upper bound on it.

    The bound is half a maximum matching of the bipartite double cover, which needs no odd
    cycles (its optimum is that of the fractional problem); where a few pairs a person reach
    it, all others need not be looked at.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    if not allowed.any():
        return 0, 0
    double = maximum_bipartite_matching(
        csr_array(allowed.astype(np.int8)), perm_type="column"
    )
    bound = int((double >= 0).sum()) // 2
    edges = np.argwhere(np.triu(allowed))
    # A fixed shuffle, so that the few pairs looked at first are spread over the room.
    edges = edges[np.argsort(np.random.PCG64(0).random_raw(len(edges)), kind="stable")]
    most = START_PAIRS
    while True:
        few = _first_of_each(edges, most)
        pairs = len(blossom(few, np.zeros(len(few), dtype=np.int64)))
        if pairs == bound:
            return pairs, bound
        if len(few) == len(edges):
            return pairs, pairs
        most *= 4
