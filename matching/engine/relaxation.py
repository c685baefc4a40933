"""The relaxation: prices that bound every matching, and pairs that almost reach them.

Matching with the odd cycles allowed is an assignment problem on the symmetric matrix
(Balinski 1965). It is solved on a few candidates a person; then all pairs are priced in
blocks, those that the prices do not cover join the candidates, and so on until none is left
(pricing as in Applegate and Cook 1993).

Everybody has a partner here: whoever must stay alone sits beside an empty chair, and chairs
come after the people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.blossom import NOBODY
from matching.engine.weights import Blocks, Ints, draw, sweep

ADDED = 12  # pairs a person that one pricing may add
SWEEPS = 400  # of longest paths; more could only sharpen the prices further
LARGEST_BITS = 50  # float costs of so many bits add up without rounding


def nothing_paid(pairs: Ints) -> Ints:
    return np.zeros(len(pairs), dtype=np.int64)


class Room:
    """People, empty chairs, and what each pair is worth with the draw in its low bits.

    Worths here are `weights << bits` plus a draw: together, the draws of a whole matching
    stay below one step of the weights.
    """

    def __init__(self, weights: Blocks, chairs: int, bits: int, seed: int) -> None:
        self.weights = weights
        self.people = weights.n
        self.size = weights.n + chairs
        self.bits = bits
        self.seed = seed
        self.draw_bits = max(0, bits - weights.n.bit_length())

    def worth(self, plain: Ints, i: Ints, j: Ints) -> Ints:
        """What allowed pairs (i, j) are worth, from their plain weights."""
        return (plain << self.bits) + draw(self.seed, i, j, self.draw_bits)

    def within(self, prices: Ints, slack: int) -> Iterator[tuple[Ints, Ints, Ints]]:
        """All pairs whose doubled worth lies at most `slack` below their prices.

        In blocks: first people, second people, worths.
        """
        for start, first, block in sweep(self.weights, upper=True):
            mine, others = (
                prices[start : start + len(block)],
                prices[first : self.people],
            )
            likely = (mine[:, None] + others[None, :] - slack >> self.bits + 1) <= block
            rows, columns = np.nonzero(likely & (block >= 0))
            i, j = rows + start, columns + first
            worth = self.worth(block[rows, columns], i, j)
            near = (i < j) & (prices[i] + prices[j] - 2 * worth <= slack)
            yield i[near], j[near], worth[near]

    def uncovered(
        self, prices: Ints, paid: Callable[[Ints], Ints] = nothing_paid
    ) -> tuple[Ints, Ints]:
        """Pairs (m, 2) that are not covered, and their worths: each person's worst few.

        `paid` tells what odd sets add to the prices of some pairs (k, 2).
        """
        edges, worths = (
            [np.zeros((0, 2), dtype=np.int64)],
            [np.zeros(0, dtype=np.int64)],
        )
        for i, j, worth in self.within(prices, slack=-1):
            pairs = np.column_stack([i, j])
            lacking = 2 * worth - prices[i] - prices[j] - paid(pairs)
            order = np.lexsort((-lacking, i))
            order = order[lacking[order] > 0]
            rank = np.arange(len(order)) - np.searchsorted(i[order], i[order])
            worst = order[rank < ADDED]
            edges.append(pairs[worst])
            worths.append(worth[worst])
        return np.concatenate(edges), np.concatenate(worths)


@dataclass
class Relaxed:
    """What the relaxation leaves to finish.

    edges (m, 2), worths (m,): all candidates. prices (N,): doubled, covering every pair of the
    room. mate (N,): partners along covered-exactly edges, NOBODY where an odd cycle was broken.
    """

    room: Room
    edges: Ints
    worths: Ints
    prices: Ints
    mate: Ints

    def slack(self) -> Ints:
        i, j = self.edges.T
        return np.asarray(self.prices[i] + self.prices[j] - 2 * self.worths)


def relax(room: Room, edges: Ints) -> Relaxed:
    """Prices for everybody, from candidate edges (m, 2) on which all can have a partner."""
    people, chairs = np.arange(room.people), np.arange(room.people, room.size)
    seats = np.column_stack(
        [np.repeat(people, len(chairs)), np.tile(chairs, len(people))]
    )
    plain = _plain(room.weights, edges)
    worths = np.concatenate(
        [room.worth(plain, *edges.T), np.zeros(len(seats), dtype=np.int64)]
    )
    edges = np.concatenate([edges, seats])
    duals = _first_duals(room.size, edges, worths)
    while True:
        partner, duals = _assign(edges, worths, duals)
        prices = duals[0] + duals[1]
        more, more_worths = room.uncovered(prices)
        if not len(more):
            mate = _pairs_of_cycles(partner, edges, worths, prices)
            return Relaxed(room, edges, worths, prices, mate)
        edges = np.concatenate([edges, more])
        worths = np.concatenate([worths, more_worths])


def _plain(weights: Blocks, edges: Ints) -> Ints:
    """The plain weights of some pairs, in one sweep."""
    plain = np.zeros(len(edges), dtype=np.int64)
    order = np.argsort(edges[:, 0], kind="stable")
    rows = edges[order, 0]
    for start, first, block in sweep(weights):
        here = order[slice(*np.searchsorted(rows, [start, start + len(block)]))]
        plain[here] = block[edges[here, 0] - start, edges[here, 1] - first]
    return plain


def _first_duals(size: int, edges: Ints, worths: Ints) -> tuple[Ints, Ints]:
    """Duals that cover every edge, and come close enough to save most of the search."""
    rows, columns, worths = _both_ways(edges, worths)
    least = np.iinfo(np.int64).min
    most, right, left = (np.full(size, least, dtype=np.int64) for _ in range(3))
    np.maximum.at(most, rows, worths)
    np.maximum.at(right, columns, worths - most[rows] // 2)
    np.maximum.at(left, rows, worths - right[columns])
    return left, right


def _both_ways(edges: Ints, worths: Ints) -> tuple[Ints, Ints, Ints]:
    """Rows, columns and worths of the symmetric matrix, in order."""
    rows = np.concatenate([edges[:, 0], edges[:, 1]])
    columns = np.concatenate([edges[:, 1], edges[:, 0]])
    order = np.lexsort((columns, rows))
    return rows[order], columns[order], np.concatenate([worths, worths])[order]


def _assign(
    edges: Ints, worths: Ints, duals: tuple[Ints, Ints]
) -> tuple[Ints, tuple[Ints, Ints]]:
    """A partner for everybody, both ways round, of greatest worth; and its integer duals.

    Costs are measured from the duals at hand, and are small where it matters. Floats keep
    whole numbers up to 2**53: should a chosen edge cost more than that, a rough answer gives
    better duals, and the exact one follows from these.
    """
    if not len(edges):  # an empty room
        return np.zeros(0, dtype=np.int64), duals
    rows, columns, worths = _both_ways(edges, worths)
    while True:
        cost = duals[0][rows] + duals[1][columns] - worths
        cost -= cost.min()
        limit = 1 << LARGEST_BITS
        partner = _cheapest(rows, columns, np.minimum(cost, limit), len(duals[0]))
        exact = bool((cost[partner[rows] == columns] < limit).all())
        if not exact:
            shift = int(cost.max()).bit_length() - LARGEST_BITS
            partner = _cheapest(rows, columns, cost >> shift, len(duals[0]))
        duals = _longest_paths(rows, columns, worths, partner, duals[1])
        if exact:
            return partner, duals


def _cheapest(rows: Ints, columns: Ints, cost: Ints, size: int) -> Ints:
    """A cheapest assignment along the edges (shortest augmenting paths; Crouse 2016)."""
    from scipy.optimize import linear_sum_assignment  # takes half a second to import

    dense = np.full((size, size), np.inf)
    dense[rows, columns] = cost
    _, partner = linear_sum_assignment(dense)
    return np.asarray(partner, dtype=np.int64)


def _longest_paths(
    rows: Ints, columns: Ints, worths: Ints, partner: Ints, start: Ints
) -> tuple[Ints, Ints]:
    """Duals that cover every edge, exactly where it is chosen (Bellman-Ford, in sweeps).

    Whatever the sweeps reach, the duals that are returned cover all edges.
    """
    chosen = partner[rows] == columns
    own = np.zeros(len(partner), dtype=np.int64)
    own[rows[chosen]] = worths[chosen]
    by_column = np.lexsort((rows, columns))
    tails, gains = rows[by_column], (worths - own[rows])[by_column]
    first = np.searchsorted(columns[by_column], np.arange(len(partner)))
    right = start
    for _ in range(SWEEPS):
        reached = np.maximum.reduceat(gains + right[partner[tails]], first)
        raised = np.maximum(right, reached)
        if (raised == right).all():
            break
        right = raised
    first = np.searchsorted(rows, np.arange(len(partner)))
    left = np.maximum.reduceat(worths - right[columns], first)
    return left, right


def _pairs_of_cycles(partner: Ints, edges: Ints, worths: Ints, prices: Ints) -> Ints:
    """Every other edge of each cycle of the assignment, as far as its prices are exact."""
    exact = 2 * worths == prices[edges].sum(axis=1)
    tight = set(map(tuple, edges[exact].tolist()))
    mate = np.full(len(partner), NOBODY, dtype=np.int64)
    seen: NDArray[np.bool_] = np.zeros(len(partner), dtype=np.bool_)
    for start in range(len(partner)):
        cycle = []
        person = start
        while not seen[person]:
            seen[person] = True
            cycle.append(person)
            person = int(partner[person])
        for i, j in zip(
            cycle[len(cycle) % 2 :: 2], cycle[len(cycle) % 2 + 1 :: 2], strict=True
        ):
            if (min(i, j), max(i, j)) in tight:
                mate[i], mate[j] = j, i
    return mate
