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

from matching.engine.solving.assignment import Graph, assign
from matching.engine.solving.blossom import NOBODY
from matching.engine.solving.weights import Blocks, Ints, draw, sweep

ADDED = 12  # pairs a person that one pricing may add
ALSO_NEAR = (
    3  # tight candidates a person; pairs as near as these join before they are missed
)


def unique(edges: Ints) -> tuple[Ints, Ints]:
    """Each pair (m, 2) once, the smaller number first; and where it stood first."""
    low, high = np.minimum(*edges.T), np.maximum(*edges.T)
    _, first = np.unique((low << 32) + high, return_index=True)
    return np.column_stack([low[first], high[first]]), first


def nothing_paid(pairs: Ints) -> Ints:
    return np.zeros(len(pairs), dtype=np.int64)


@dataclass(frozen=True)
class Uncovered:
    """Pairs (m, 2) that prices do not cover, or only just: each person's worst few; worths (m,).

    lack (people,): raising each person's price by so much would cover all pairs.
    """

    edges: Ints
    worths: Ints
    lack: Ints


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

    def seats(self) -> Ints:
        """Every person beside every empty chair: pairs (m, 2), all worth nothing."""
        chairs = np.arange(self.people, self.size)
        people = np.repeat(np.arange(self.people), len(chairs))
        return np.column_stack([people, np.tile(chairs, self.people)])

    def within(self, prices: Ints, slack: int) -> Iterator[tuple[Ints, Ints, Ints]]:
        """All pairs whose doubled worth lies at most `slack` below their prices.

        In blocks: first people, second people, worths.
        """
        for start, first, block in sweep(self.weights, upper=True):
            mine = prices[start : start + len(block)]
            others = prices[first : self.people]
            likely = (mine[:, None] + others[None, :] - slack >> self.bits + 1) <= block
            rows, columns = np.nonzero(likely & (block >= 0))
            i, j = rows + start, columns + first
            worth = self.worth(block[rows, columns], i, j)
            near = (i < j) & (prices[i] + prices[j] - 2 * worth <= slack)
            yield i[near], j[near], worth[near]

    def uncovered(
        self,
        prices: Ints,
        paid: Callable[[Ints], Ints] = nothing_paid,
        slack: int = -1,
    ) -> Uncovered:
        """What doubled prices (size,) do not cover of all pairs, or by at most `slack`.

        `paid` tells what odd sets add to the prices of some pairs (k, 2).
        """
        edges = [np.zeros((0, 2), dtype=np.int64)]
        worths = [np.zeros(0, dtype=np.int64)]
        lack = np.zeros(self.people, dtype=np.int64)
        for i, j, worth in self.within(prices, slack):
            pairs = np.column_stack([i, j])
            lacking = 2 * worth - prices[i] - prices[j] - paid(pairs)
            np.maximum.at(lack, i, lacking)
            order = np.lexsort((-lacking, i))
            order = order[lacking[order] >= -slack]
            rank = np.arange(len(order)) - np.searchsorted(i[order], i[order])
            worst = order[rank < ADDED]
            edges.append(pairs[worst])
            worths.append(worth[worst])
        return Uncovered(np.concatenate(edges), np.concatenate(worths), lack)


@dataclass
class Relaxed:
    """What the relaxation leaves to finish.

    edges (m, 2), worths (m,): all candidates. prices (N,): doubled, covering every pair of the
    room; if rough, the candidates only. mate (N,): partners along covered-exactly edges,
    NOBODY where an odd cycle was broken.
    """

    room: Room
    edges: Ints
    worths: Ints
    prices: Ints
    mate: Ints
    is_rough: bool = False

    def slack(self) -> Ints:
        return slack(self.edges, self.worths, self.prices)


def slack(edges: Ints, worths: Ints, prices: Ints) -> Ints:
    """(m,): by how much doubled prices exceed twice the worths of pairs (m, 2)."""
    i, j = edges.T
    return np.asarray(prices[i] + prices[j] - 2 * worths)


def _slack_of_the_nearest(count: int, edges: Ints, worths: Ints, prices: Ints) -> int:
    every = slack(edges, worths, prices)
    place = min(max(1, count), len(every)) - 1
    return int(np.partition(every, place)[place]) if len(every) else -1


def relax(room: Room, edges: Ints, plain: Ints, rough: bool = False) -> Relaxed:
    """Prices for everybody, from candidate pairs (m, 2) and their plain weights (m,).

    They cover all pairs, or the candidates alone if `rough` will do. NoAssignment where
    not everybody can have a partner on these edges.
    """
    seats = room.seats()
    worths = np.concatenate([room.worth(plain, *edges.T), nothing_paid(seats)])
    edges = np.concatenate([edges, seats])
    columns = partner = None
    while True:
        graph = Graph.of(room.size, edges, worths)
        partner, duals = assign(graph, columns, partner)
        prices, columns = duals.prices, duals.columns
        if rough:
            break
        near = _slack_of_the_nearest(ALSO_NEAR * room.size, edges, worths, prices)
        found = room.uncovered(prices, slack=near - 1)
        if not found.lack.any():
            break
        edges, first = unique(np.concatenate([edges, found.edges]))
        worths = np.concatenate([worths, found.worths])[first]
    mate = _pairs_of_cycles(partner, edges, worths, prices)
    return Relaxed(room, edges, worths, prices, mate, rough)


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
