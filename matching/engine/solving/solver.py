"""The best set of pairs, with its proof.

Among all matchings with the most people paired, one of greatest total worth:

1. `relaxation`: prices that bound every matching, from `assignment`s on a few candidates a
   person; all but a handful of people are paired.
2. `cardinality`, where not all can be paired: how many must stay alone. They get empty chairs,
   and the relaxation begins anew.
3. `blossom`: the rest, exactly, by Edmonds' algorithm among the pairs near their prices; all
   other pairs are priced once more at the end, and join where the last prices do not cover them.

The last prices are the certificate.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from matching.engine.solution import Certificate, Solution
from matching.engine.solving.assignment import NoAssignment
from matching.engine.solving.blossom import NOBODY, Blossoms, NoCompleteMatching
from matching.engine.solving.cardinality import most_pairs
from matching.engine.solving.relaxation import (
    Relaxed,
    Room,
    Uncovered,
    nothing_paid,
    relax,
    unique,
)
from matching.engine.solving.weights import MOST_WORTH, Blocks, Ints, Matrix, sweep

CANDIDATES = 24  # pairs a person to begin with, best first
STRANGERS = 6  # and some at random, so that everybody can be reached
NEAR = 10  # pairs a person that the finish looks at first

OddSets = list[tuple[list[int], int]]


def solve(
    weights: NDArray[np.integer] | Blocks, *, seed: int = 0, gap: float = 0
) -> Solution:
    """Pair as many people as possible, at the greatest total worth; ties fall by the seed.

    `weights` is an (n, n) symmetric integer array, or an object with `n` and
    `block(rows, cols)`: negative where two may not be paired, else what the pair is worth, at
    most 2**57; the diagonal is ignored. With a `gap`, as a share of the bound, the search ends
    as soon as the bound is no further than that. ValueError names the entry that is wrong;
    OverflowError where prices would leave 64 bits, as they can near 2**57 with few pairs.
    """
    blocks = Matrix(weights) if isinstance(weights, np.ndarray | list) else weights
    if not gap:
        return conclude(*prepare(blocks, seed))
    relaxed, barrier = prepare(blocks, seed, rough=True)
    while True:
        finished = finish(relaxed)
        near = _solution(relaxed, finished, barrier)
        is_near = near.bound - near.value <= gap * near.bound
        if is_near or not len(finished.missed.edges):
            return near
        relaxed = _with_more(relaxed, finished.missed)


def conclude(relaxed: Relaxed, barrier: tuple[int, ...]) -> Solution:
    """The best matching of a prepared room, with its proof."""
    return _solution(relaxed, finish(relaxed), barrier)


def _solution(
    relaxed: Relaxed, finished: Finished, barrier: tuple[int, ...]
) -> Solution:
    room, n = relaxed.room, relaxed.room.people
    pairs = tuple((i, j) for i, j in finished.pairs if j < n)
    total = sum(finished.prices)
    total += sum(price * (len(members) // 2) for members, price in finished.odd_sets)
    certificate = Certificate(
        scale=2 << room.bits,
        total=total,
        prices=tuple(finished.prices),
        odd_sets=tuple((tuple(members), price) for members, price in finished.odd_sets),
        barrier=barrier,
    )
    return Solution(
        pairs=pairs,
        unmatched=tuple(sorted(set(range(n)).difference(*pairs))),
        value=finished.worth >> room.bits,
        bound=total // certificate.scale,
        pair_bound=len(pairs),
        certificate=certificate,
    )


def prepare(
    weights: Blocks, seed: int, *, rough: bool = False
) -> tuple[Relaxed, tuple[int, ...]]:
    """The relaxation of a room, and the barrier that shows how many stay alone.

    A rough one looks at candidates only, and leaves it to the finish to bound all pairs.
    """
    edges, plain, most = _candidates(weights)
    bits = draw_bits(weights.n, most)
    try:
        return _prepare(weights, edges, plain, bits, seed, rough)
    except OverflowError:  # without the draw, prices are smaller by its bits
        return _prepare(weights, edges, plain, 0, seed, rough)


def _prepare(
    weights: Blocks, edges: Ints, plain: Ints, bits: int, seed: int, rough: bool
) -> tuple[Relaxed, tuple[int, ...]]:
    n = weights.n
    try:  # mostly everybody can be paired
        relaxed = relax(Room(weights, n % 2, bits, seed), edges, plain, rough)
        if _can_be_completed(relaxed):
            return relaxed, ()
    except NoAssignment:
        pass
    mate, barrier = most_pairs(weights, edges)
    paired = np.flatnonzero(mate > np.arange(n))
    pairs = np.column_stack([paired, mate[paired]])
    edges, _ = unique(np.concatenate([edges, pairs]))
    room = Room(weights, int((mate == NOBODY).sum()), bits, seed)
    return relax(room, edges, _plain(weights, edges), rough), barrier


def _can_be_completed(relaxed: Relaxed) -> bool:
    """Whether the candidates can pair everybody; mostly those near their prices already do."""
    if (relaxed.mate != NOBODY).all():
        return True
    slack = relaxed.slack()
    few = min(NEAR * relaxed.room.size, len(slack)) - 1
    near = slack <= np.partition(slack, few)[few]
    return any(_all_paired(relaxed, some) for some in (near, slack >= 0))


def _all_paired(relaxed: Relaxed, some: NDArray[np.bool_]) -> bool:
    edges = ((i, j, 0) for i, j in relaxed.edges[some].tolist())
    state = Blossoms(edges, [0] * relaxed.room.size, relaxed.mate.tolist())
    state.pair_up()
    return NOBODY not in state.mate


def draw_bits(people: int, most: int) -> int:
    """How many low bits are free for the draw, of which whole matchings must stay below one step."""
    free = MOST_WORTH.bit_length() - 1 - most.bit_length()
    return max(0, min(people.bit_length() + 24, free))


def _with_more(relaxed: Relaxed, missed: Uncovered) -> Relaxed:
    """A rough relaxation once more, among the pairs that it missed, too."""
    room = relaxed.room
    edges, first = unique(np.concatenate([relaxed.edges, missed.edges]))
    worths = np.concatenate([relaxed.worths, missed.worths])[first]
    people = (edges < room.people).all(axis=1)
    return relax(room, edges[people], worths[people] >> room.bits, rough=True)


@dataclass(frozen=True)
class Finished:
    """A complete matching of a room: sorted pairs (chairs included), worth, and its duals.

    missed: pairs above its prices, from a rough relaxation; they are raised to cover these.
    """

    pairs: list[tuple[int, int]]
    worth: int
    prices: list[int]
    odd_sets: OddSets
    missed: Uncovered


def finish(relaxed: Relaxed) -> Finished:
    """The best complete matching of the room, with prices that cover every pair.

    From a rough relaxation: the best among its candidates.
    """
    state, edges, worths = _complete_among_the_near(relaxed)
    while True:
        prices, odd_sets = state.price[: state.n], state.odd_sets()
        missed = _uncovered(relaxed, prices, odd_sets)
        is_rough = relaxed.is_rough and len(missed.lack)
        if is_rough:
            both = zip_longest(prices, missed.lack.tolist(), fillvalue=0)
            prices = [price + lack for price, lack in both]
        if is_rough or not len(missed.edges):
            pairs = [(i, j) for i, j in enumerate(state.mate) if i < j]
            return Finished(pairs, _worth(state), prices, odd_sets, missed)
        edges = np.concatenate([edges, missed.edges])
        worths = np.concatenate([worths, missed.worths])
        state = blossoms(relaxed, edges, worths)
        state.complete()


def _complete_among_the_near(relaxed: Relaxed) -> tuple[Blossoms, Ints, Ints]:
    """A complete matching among the candidates closest to their prices, and these edges."""
    slack = relaxed.slack()
    ordered = np.sort(slack)
    most = NEAR * relaxed.room.size
    while True:
        near = slack <= ordered[min(most, len(slack)) - 1] if len(slack) else slack < 0
        edges, worths = relaxed.edges[near], relaxed.worths[near]
        state = blossoms(relaxed, edges, worths)
        try:
            state.complete()
        except NoCompleteMatching:
            if near.all():
                raise
            most *= 4  # all candidates together have one
        else:
            return state, edges, worths


def blossoms(
    relaxed: Relaxed, edges: Ints, worths: Ints, absent: Collection[int] = ()
) -> Blossoms:
    """The finish, ready to run on some edges, without those absent.

    They keep their places, each paired with itself, so that nobody is renumbered.
    """
    mate = relaxed.mate.copy()
    gone = np.array(sorted(absent), dtype=np.int64)
    left = mate[gone]
    mate[left[left != NOBODY]] = NOBODY
    mate[gone] = gone
    here = ~np.isin(edges, gone).any(axis=1) if len(gone) else slice(None)
    triples = np.column_stack([edges[here], 2 * worths[here]]).tolist()
    return Blossoms(triples, relaxed.prices.tolist(), mate.tolist())


def _worth(state: Blossoms) -> int:
    return sum(state.near[i][j] for i, j in enumerate(state.mate) if i < j) // 2


def _uncovered(relaxed: Relaxed, of: list[int], odd_sets: OddSets) -> Uncovered:
    """Some pairs (m, 2) that these prices and odd sets do not cover, and their worths."""
    prices = np.array(of, dtype=np.int64)
    nests = _nests(len(of), odd_sets)
    outermost = np.array([nest[0][0] if nest else -1 for nest in nests])

    def paid(pairs: Ints) -> Ints:
        """Only pairs inside of one outermost set share any."""
        shared, (i, j) = nothing_paid(pairs), outermost[pairs].T
        some = np.flatnonzero((i == j) & (i >= 0))
        inside = pairs[some].tolist()
        shared[some] = [_shared(nests[i], nests[j]) for i, j in inside]
        return shared

    lacking = 2 * relaxed.worths - prices[relaxed.edges].sum(axis=1)
    few = np.flatnonzero(lacking > 0)
    few = few[lacking[few] > paid(relaxed.edges[few])]
    if len(few):  # the candidates first: they are at hand
        unknown = np.zeros(0, dtype=np.int64)
        return Uncovered(relaxed.edges[few], relaxed.worths[few], unknown)
    return relaxed.room.uncovered(prices, paid)


def _nests(people: int, odd_sets: OddSets) -> list[list[tuple[int, int]]]:
    """For each person the odd sets around them from the outside in: (number, price so far)."""
    nests: list[list[tuple[int, int]]] = [[] for _ in range(people)]
    by_size = sorted(odd_sets, key=lambda odd_set: -len(odd_set[0]))
    for number, (members, price) in enumerate(by_size):
        for member in members:
            nest = nests[member]
            nest.append((number, price + (nest[-1][1] if nest else 0)))
    return nests


def _shared(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> int:
    """The price of all odd sets around both: sets nest or are apart, so they share a beginning."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[middle - 1] == other[middle - 1]:
            low = middle
        else:
            high = middle - 1
    return one[low - 1][1] if low else 0


def _candidates(weights: Blocks) -> tuple[Ints, Ints, int]:
    """Each person's best partners and a few strangers: pairs (m, 2), their weights (m,).

    And the greatest weight of all.
    """
    n, most = weights.n, 0
    strangers = np.random.PCG64(0).random_raw(STRANGERS) % np.uint64(max(1, n))
    found = [np.zeros((0, 2), dtype=np.int64)]
    plain = [np.zeros(0, dtype=np.int64)]
    for start, _, block in sweep(weights):
        most = max(most, int(block.max(initial=0)))
        people = np.arange(start, start + len(block))
        best = min(CANDIDATES, n)
        columns = np.argpartition(-block, best - 1, axis=1)[:, :best]
        others = (people[:, None] + strangers.astype(np.int64)) % n
        columns = np.hstack([columns, others]).ravel()
        rows = np.repeat(people, best + STRANGERS)
        worths = block[rows - start, columns]
        found.append(np.column_stack([rows, columns])[worths >= 0])
        plain.append(worths[worths >= 0])
    if most > MOST_WORTH:
        raise ValueError("A pair is worth more than 2**57.")
    edges, first = unique(np.concatenate(found))
    return edges, np.concatenate(plain)[first], most


def _plain(weights: Blocks, edges: Ints) -> Ints:
    """The weights of some pairs (m, 2), in one sweep."""
    plain = np.zeros(len(edges), dtype=np.int64)
    order = np.argsort(edges[:, 0], kind="stable")
    rows = edges[order, 0]
    for start, first, block in sweep(weights):
        here = order[slice(*np.searchsorted(rows, [start, start + len(block)]))]
        plain[here] = block[edges[here, 0] - start, edges[here, 1] - first]
    return plain
