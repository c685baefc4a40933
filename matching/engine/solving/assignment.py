"""The assignment problem on few edges of a symmetric matrix, exactly, in integers.

First everybody who is free bids for their best column, all at once (auction: Bertsekas 1988);
that places almost all. Then the Hungarian method runs in phases: shortest paths from all free
rows together (Dijkstra) make a forest; duals move by the distances, and each tree that has reached
a free column is augmented (Kuhn 1955; Edmonds and Karp 1972).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.solving.blossom import NOBODY
from matching.engine.solving.weights import Ints

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


def assign(
    graph: Graph, columns: Ints | None = None, chosen: Ints | None = None
) -> tuple[Ints, Duals]:
    """A column (N,) for every row, of greatest worth, and the integer duals that prove it.

    `columns` (N,) are duals to begin with, `chosen` (N,) a column for some rows, else NOBODY.
    NoAssignment where not everybody can have a partner; OverflowError where the duals would
    leave 64 bits.
    """
    if not graph.size:
        return np.zeros(0, np.int64), Duals(
            np.zeros(0, np.int64), np.zeros(0, np.int64)
        )
    duals = graph.with_rows(_first(graph) if columns is None else columns)
    chosen = np.full(graph.size, NOBODY) if chosen is None else chosen
    columns, chosen = _bid(graph, duals.columns, _still_tight(graph, duals, chosen))
    duals = graph.with_rows(columns)
    while (chosen == NOBODY).any():
        duals, chosen = _phase(graph, duals, chosen)
        if max(np.abs(duals.rows).max(), np.abs(duals.columns).max()) > TOO_HIGH:
            raise OverflowError("The prices of this matching leave 64 bits.")
    return chosen, duals


def _still_tight(graph: Graph, duals: Duals, chosen: Ints) -> Ints:
    """The choices (N,) that these duals cover exactly, else NOBODY."""
    tight = (chosen[graph.rows] == graph.columns) & (graph.slack(duals) == 0)
    kept = np.full(graph.size, NOBODY)
    kept[graph.rows[tight]] = graph.columns[tight]
    return kept


def _first(graph: Graph) -> Ints:
    """Duals of the columns, so that each edge is covered about equally by its two ends."""
    most = np.maximum.reduceat(graph.worths, graph.starts[:-1])
    # The matrix is symmetric: the entries of a row are also those of its column.
    return np.maximum.reduceat(
        graph.worths - most[graph.columns] // 2, graph.starts[:-1]
    )


def _bid(graph: Graph, columns: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    """Duals and choices after free rows have bid for their best columns for a while.

    A bid leaves the bidder indifferent to their second best, so choices stay tight.
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
    return columns, chosen


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


def _phase(graph: Graph, duals: Duals, chosen: Ints) -> tuple[Duals, Ints]:
    """Shortest ways from all free rows; duals by which they are tight, and choices along them."""
    size = graph.size
    free = np.flatnonzero(chosen == NOBODY)
    # A taken column and its row are one node; free columns come after the rows.
    node = np.full(size, NOBODY)
    node[chosen[chosen != NOBODY]] = np.flatnonzero(chosen != NOBODY)
    free_columns = np.flatnonzero(node == NOBODY)
    node[free_columns] = size + np.arange(len(free))
    slack = graph.slack(duals)
    for shift in (0, COARSE):
        distance, before, source = _forest(graph, slack >> shift, node, free)
        if distance[size:].min() < FAR:
            break
    reached = np.isfinite(distance)
    if not reached[size:].any():
        raise NoAssignment
    farthest = min(FAR, distance[reached].max())
    steps = np.minimum(distance, farthest).astype(np.int64) << shift
    moved = Duals(duals.rows + steps[:size], duals.columns - steps[node])
    if not shift:
        ends = size + np.flatnonzero(distance[size:] < FAR)
        ends = ends[np.argsort(distance[ends], kind="stable")]
        _, nearest = np.unique(source[ends], return_index=True)
        chosen = _augmented(chosen, before, ends[nearest], free_columns)
    return moved, chosen


def _augmented(chosen: Ints, before: Ints, ends: Ints, free_columns: Ints) -> Ints:
    """Along the ways back from some free columns, each row takes the next one's column."""
    chosen, size = chosen.copy(), len(chosen)
    here, column = ends, free_columns[ends - size]
    while len(here):
        here = before[here]
        left = chosen[here].copy()
        chosen[here] = column
        here, column = here[left != NOBODY], left[left != NOBODY]
    return chosen


def _forest(
    graph: Graph, cost: Ints, node: Ints, sources: Ints
) -> tuple[NDArray[np.float64], Ints, Ints]:
    """Of each node (nodes,): how far it is from its nearest source, the node before it, the source.

    Infinite where there is no way.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    count = graph.size + len(sources)
    ends = np.full(len(sources), graph.starts[-1])  # free columns lead nowhere
    starts = np.concatenate([graph.starts, ends])
    cost = np.minimum(cost, FAR).astype(np.float64)
    edges = csr_array((cost, node[graph.columns], starts), (count, count))
    found: tuple[NDArray[np.float64], Ints, Ints] = dijkstra(
        edges, indices=sources, min_only=True, return_predecessors=True
    )
    return found
