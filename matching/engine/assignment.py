"""The assignment problem on few edges of a symmetric matrix, exactly, in integers.

First everybody who is free bids for their best column, all at once (auction: Bertsekas 1988);
that places almost all. Then the Hungarian method runs in phases: shortest paths from all free rows
together (Dijkstra), duals moved by these distances, and a largest matching along the edges that
are now tight (Kuhn 1955; Edmonds and Karp 1972; Hopcroft and Karp 1973).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.blossom import NOBODY
from matching.engine.weights import Ints

EFFORT = 30  # looks at each edge of a free row, on average, that the bidding may take
FAR = 1 << 50  # floats add up costs below it without rounding
COARSE = 8  # low bits that are left out where everything is farther than that
TOO_HIGH = 1 << 59  # four such duals add up within 64 bits


class NoAssignment(Exception):
    """These edges cannot give everybody a partner."""


@dataclass(frozen=True)
class Duals:
    """rows (N,), columns (N,): rows[i] + columns[j] is at least the worth of each edge (i, j)."""

    rows: Ints
    columns: Ints

    @property
    def prices(self) -> Ints:
        """(N,): what the two come to for each person: doubled prices that cover every edge."""
        return self.rows + self.columns


@dataclass(frozen=True)
class Graph:
    """The edges of N people both ways, by row (compressed sparse rows).

    Row i has the entries starts[i] to starts[i + 1] of columns and worths.
    """

    starts: Ints
    rows: Ints
    columns: Ints
    worths: Ints

    @classmethod
    def of(cls, size: int, edges: Ints, worths: Ints) -> Graph:
        """From edges (m, 2), each once, and their worths (m,). NoAssignment if a row is empty."""
        from scipy.sparse import csr_array

        both = np.concatenate([edges, edges[:, ::-1]])
        numbers = np.arange(len(both))
        by_row = csr_array((numbers, (both[:, 0], both[:, 1])), (size, size))
        degrees = np.diff(by_row.indptr)
        if size and not degrees.all():
            raise NoAssignment
        return cls(
            starts=by_row.indptr.astype(np.int64),
            rows=np.repeat(np.arange(size), degrees),
            columns=by_row.indices.astype(np.int64),
            worths=np.concatenate([worths, worths])[by_row.data],
        )

    @property
    def size(self) -> int:
        return len(self.starts) - 1

    def slack(self, duals: Duals) -> Ints:
        return np.asarray(
            duals.rows[self.rows] + duals.columns[self.columns] - self.worths
        )

    def with_rows(self, columns: Ints) -> Duals:
        """The least duals of the rows beside these of the columns (N,)."""
        open_worths = self.worths - columns[self.columns]
        return Duals(np.maximum.reduceat(open_worths, self.starts[:-1]), columns)

    def of_rows(self, rows: Ints) -> tuple[Ints, Ints]:
        """The entries of some rows (k,) one after the other; and where each row begins."""
        degrees = np.diff(self.starts)[rows]
        begins = np.cumsum(degrees) - degrees
        shift = np.repeat(self.starts[rows] - begins, degrees)
        return shift + np.arange(len(shift)), begins


def assign(graph: Graph, columns: Ints | None = None) -> tuple[Ints, Duals]:
    """A column (N,) for every row, of greatest worth, and the integer duals that prove it.

    `columns` (N,) are duals to begin with. NoAssignment where not everybody can have a partner;
    OverflowError where the duals would leave 64 bits.
    """
    if not graph.size:
        return np.zeros(0, np.int64), Duals(
            np.zeros(0, np.int64), np.zeros(0, np.int64)
        )
    duals = graph.with_rows(_first(graph) if columns is None else columns)
    chosen = _most_along(graph, graph.slack(duals) == 0)
    duals = graph.with_rows(_bid(graph, duals.columns, chosen))
    while True:
        slack = graph.slack(duals)
        chosen = _most_along(graph, slack == 0)
        if (chosen != NOBODY).all():
            return chosen, duals
        duals = _moved(graph, duals, slack, chosen)
        if max(np.abs(duals.rows).max(), np.abs(duals.columns).max()) > TOO_HIGH:
            raise OverflowError("The prices of this matching leave 64 bits.")


def _first(graph: Graph) -> Ints:
    """Duals of the columns, so that each edge is covered about equally by its two ends."""
    most = np.maximum.reduceat(graph.worths, graph.starts[:-1])
    # The matrix is symmetric: the entries of a row are also those of its column.
    return np.maximum.reduceat(
        graph.worths - most[graph.columns] // 2, graph.starts[:-1]
    )


def _bid(graph: Graph, columns: Ints, chosen: Ints) -> Ints:
    """Duals of the columns after free rows have bid for their best ones for a while.

    A bid leaves the bidder indifferent to their second best, so duals stay exact.
    """
    columns, chosen = columns.copy(), chosen.copy()
    owner = np.full(graph.size, NOBODY)
    taken = np.flatnonzero(chosen != NOBODY)
    owner[chosen[taken]] = taken
    effort = EFFORT * int((chosen == NOBODY)[graph.rows].sum())
    while effort > 0 and len(free := np.flatnonzero(chosen == NOBODY)):
        entries, begins = graph.of_rows(free)
        effort -= len(entries)
        best, bids = _bids(graph, columns, entries, begins)
        in_range = columns[best] + bids < TOO_HIGH
        bidders, best, bids = free[in_range], best[in_range], bids[in_range]
        order = np.lexsort((bids, best))
        highest = order[np.append(np.diff(best[order]) > 0, True)[: len(order)]]
        winners, won = bidders[highest], best[highest]
        losers = owner[won]
        chosen[losers[losers != NOBODY]] = NOBODY
        owner[won], chosen[winners] = winners, won
        columns[won] += bids[highest]
    return columns


def _bids(
    graph: Graph, columns: Ints, entries: Ints, begins: Ints
) -> tuple[Ints, Ints]:
    """For each row the best column, and by how much it is better than the second best."""
    gains = graph.worths[entries] - columns[graph.columns[entries]]
    best = np.maximum.reduceat(gains, begins)
    degrees = np.diff(np.append(begins, len(entries)))
    ties = np.flatnonzero(gains == np.repeat(best, degrees))
    first = ties[np.searchsorted(ties, begins)]
    gains[first] = -TOO_HIGH
    second = np.maximum.reduceat(gains, begins)
    return graph.columns[entries[first]], best - second


def _most_along(graph: Graph, tight: NDArray[np.bool_]) -> Ints:
    """A column (N,) for as many rows as the tight edges allow, else NOBODY."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    before = np.concatenate([[0], np.cumsum(tight)])
    columns = graph.columns[tight]
    there = np.ones(len(columns), dtype=np.int8)
    shape = (graph.size, graph.size)
    edges = csr_array((there, columns, before[graph.starts]), shape)
    chosen = maximum_bipartite_matching(edges, perm_type="column")
    return np.asarray(chosen, dtype=np.int64)


def _moved(graph: Graph, duals: Duals, slack: Ints, chosen: Ints) -> Duals:
    """Duals by which the shortest way to every free column that can be reached is tight."""
    size = graph.size
    free = np.flatnonzero(chosen == NOBODY)
    # A taken column and its row are one node; free columns come after the rows.
    node = np.full(size, NOBODY)
    node[chosen[chosen != NOBODY]] = np.flatnonzero(chosen != NOBODY)
    node[node == NOBODY] = size + np.arange(len(free))
    for shift in (0, COARSE):
        distance = _distances(graph, slack >> shift, node, free)
        if distance[size:].min() < FAR:
            break
    reached = np.isfinite(distance)
    if not reached[size:].any():
        raise NoAssignment
    farthest = min(FAR, distance[reached].max())
    steps = np.minimum(distance, farthest).astype(np.int64) << shift
    return Duals(duals.rows + steps[:size], duals.columns - steps[node])


def _distances(
    graph: Graph, cost: Ints, node: Ints, sources: Ints
) -> NDArray[np.float64]:
    """(nodes,): how far each is from the nearest source, infinite where there is no way."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    count = graph.size + len(sources)
    ends = np.full(len(sources), graph.starts[-1])  # free columns lead nowhere
    starts = np.concatenate([graph.starts, ends])
    cost = np.minimum(cost, FAR).astype(np.float64)
    edges = csr_array((cost, node[graph.columns], starts), (count, count))
    return np.asarray(dijkstra(edges, indices=sources, min_only=True))
