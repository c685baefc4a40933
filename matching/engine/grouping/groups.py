"""The best groups of a round: pairs, and groups of three where they leave fewer people over.

A group of three saves one person at most, and only inside an odd part behind the barrier of
those who cannot all be paired: one a part (Cornuéjols, Hartvigsen and Pulleyblank, Packing
subgraphs in a graph, 1982). So groups are formed one by one, until none saves anybody.

Each is chosen together with all the pairs, by branch and bound: the prices and odd sets of
the best pairs so far bound what any group can lead to, and those that promise more than the
best answer at hand are solved out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np

from matching.engine.grouping.bundle import Bundle
from matching.engine.grouping.trios import Bools, Trio, Trios, connected, worth
from matching.engine.scoring.scores import FORBIDDEN, Scores
from matching.engine.solution import Solution
from matching.engine.solving.blossom import NOBODY, NoCompleteMatching
from matching.engine.solving.cardinality import most_pairs
from matching.engine.solving.relaxation import Relaxed, Room
from matching.engine.solving.solver import conclude, prepare
from matching.engine.solving.weights import Blocks, Ints, Matrix

Group = tuple[int, ...]
FEW = 4  # groups of three that are tried first
MANY = 20_000  # that are looked at in the end
TRIES = 200  # and that are solved out before a gap is left as it is


@dataclass(frozen=True)
class Grouping:
    """Sorted groups of two or three people (by index), those left over, and what it is worth.

    Nobody can leave fewer people over. With as many left over, and as few groups of three, no
    groups are worth more than `bound`. `proof` is of everybody but the groups of three,
    counted anew in the same order: no other pairs of these people are worth more.
    """

    groups: tuple[Group, ...]
    unmatched: tuple[int, ...]
    value: int
    bound: int
    proof: Solution

    @property
    def is_optimal(self) -> bool:
        """Whether the choice of the groups of three is proven the best, too."""
        return self.value == self.bound


@dataclass(frozen=True)
class _Answer:
    """Groups of three, what they are worth, and the best pairs of all others in their places.

    `gap`: how much more other groups might have been worth, each chosen after those before it.
    """

    trios: tuple[Trio, ...]
    worth: int
    rest: Solution
    gap: int = 0

    @property
    def value(self) -> int:
        return self.worth + self.rest.value

    @property
    def in_threes(self) -> list[int]:
        return [person for trio in self.trios for person in trio]

    @property
    def left_over(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.rest.unmatched).difference(self.in_threes)))


def best_groups(scores: Scores, seed: int = 0) -> Grouping:
    """The fewest people left over, then the fewest groups of three, then the greatest worth."""
    search = _Search(scores, seed)
    pairs = best = search.pairs()
    while best.left_over and (more := search.with_another_trio(best)):
        best = more
    return Grouping(
        groups=tuple(sorted([*best.trios, *best.rest.pairs])),
        unmatched=best.left_over,
        value=best.value,
        bound=search.bound(pairs, best),
        proof=search.proof_of_the_rest(best),
    )


class _Search:
    """The groups of three of a round, one after the other."""

    def __init__(self, scores: Scores, seed: int) -> None:
        self.scores = scores
        self.relaxed, self.barrier = prepare(Matrix(scores.weights), seed)
        self.people, self.size = self.relaxed.room.people, self.relaxed.room.size

    def pairs(self) -> _Answer:
        return _Answer((), 0, conclude(self.relaxed, self.barrier))

    def with_another_trio(self, before: _Answer) -> _Answer | None:
        """The best answer with one more group of three that saves somebody; None if none can.

        Only the true barrier tells where to look. It is found when it is needed: where one of
        an odd number is left over, or groups of three were formed, it is not known yet.
        """
        chairs = self.size - self.people
        is_true = not before.trios and chairs > self.people % 2
        trios = self._trios(before, self.barrier)
        best = self._first(before, trios, only_few=not is_true)
        if best is None and not is_true:
            trios = self._trios(before, self._true_barrier(before))
            best = self._first(before, trios)
        return best and self._improved(before, trios, best)

    def bound(self, pairs: _Answer, best: _Answer) -> int:
        """What no groups are worth more than that leave as few people over.

        Groups of three in parts of the round that nothing connects were chosen as if together.
        """
        if not self._depend(best.trios):
            return best.value + best.gap
        chairs = self._needless(best)
        proof = pairs.rest.certificate
        trios = Trios(self.scores, proof, chairs, NOBODY, self.barrier)
        [top] = trios.best(1)
        most = (top.surplus + trios.scale) * len(best.trios)
        return (trios.base + most) // trios.scale

    def _depend(self, trios: tuple[Trio, ...]) -> bool:
        """Whether any two are in parts of the round that something connects."""
        if len(trios) < 2:
            return False
        parts = connected(self.scores.allowed)
        return len({parts[first] for first, _, _ in trios}) < len(trios)

    def proof_of_the_rest(self, best: _Answer) -> Solution:
        """That no other pairs of those in no group of three are worth more, counted anew."""
        gone = {*best.in_threes, *self._needless(best)}
        here = [k for k in range(self.size) if k not in gone]
        place = {k: new for new, k in enumerate(here)}

        def renamed(some: Iterable[int]) -> tuple[int, ...]:
            return tuple(place[k] for k in some)

        old = best.rest.certificate
        proof = replace(
            old,
            total=old.total - sum(old.prices[k] for k in gone),
            prices=tuple(old.prices[k] for k in here),
            odd_sets=tuple((renamed(some), price) for some, price in old.odd_sets),
            barrier=renamed(old.barrier),
        )
        return replace(
            best.rest,
            pairs=tuple((place[i], place[j]) for i, j in best.rest.pairs),
            unmatched=renamed(best.left_over),
            bound=proof.total // proof.scale,
            certificate=proof,
        )

    # --- One more group of three ------------------------------------------

    def _trios(self, before: _Answer, barrier: Collection[int]) -> Trios:
        chair = self.size - 1 - len(before.trios)
        gone = [*before.in_threes, *self._needless(before), chair]
        return Trios(self.scores, before.rest.certificate, gone, chair, barrier)

    def _needless(self, answer: _Answer) -> range:
        """The chairs of those whom groups of three save."""
        return range(self.size - len(answer.trios), self.size)

    def _first(
        self, before: _Answer, trios: Trios, *, only_few: bool = False
    ) -> _Answer | None:
        """An answer to begin with: the most promising group of three that allows one."""
        hopeless: set[Trio] = set()
        most = 1
        while True:
            promises = trios.best(most)
            for promise in promises:
                if promise.trio not in hopeless:
                    if answer := self._answer(before, promise.trio):
                        return answer
                    hopeless.add(promise.trio)
            if len(promises) < most or (only_few and most >= FEW):
                return None
            most *= FEW

    def _improved(self, before: _Answer, trios: Trios, best: _Answer) -> _Answer:
        """The best answer of all, from a good one; with its gap, should there be too many."""
        first = best.value
        bundle = self._bundle(before, trios, best)
        bundle.learn(best.trios[-1], best.rest.certificate)
        for _ in range(TRIES):
            if first + bundle.most() <= best.value:
                break
            place, trio = bundle.most_promising()
            if answer := self._answer(before, trio):
                bundle.learn(trio, answer.rest.certificate)
                best = max(best, answer, key=lambda one: one.value)
            else:
                bundle.rule_out(place)
        gap = max(0, first + max(bundle.most(), bundle.unseen) - best.value)
        return replace(best, gap=before.gap + gap)

    def _bundle(self, before: _Answer, trios: Trios, best: _Answer) -> Bundle:
        """The groups that may be better, as far as the pairs without them tell."""
        promises = trios.best(MANY, trios.least(best.value - before.worth + 1))
        excess = [before.worth + trios.bound(one) - best.value for one in promises]
        return Bundle(
            self.scores,
            [one.trio for one in promises],
            excess,
            value=best.value - before.worth,
            gone=[*before.in_threes, *self._needless(best)],
            unseen=excess[-1] + 1 if len(promises) == MANY else 0,
        )

    def _answer(self, before: _Answer, trio: Trio) -> _Answer | None:
        """The best answer with this group of three, if it saves somebody."""
        three = worth(self.scores, *np.array([trio]).T)
        chosen = replace(
            before, trios=(*before.trios, trio), worth=before.worth + int(three[0])
        )
        relaxed = without(self.relaxed, [*chosen.in_threes, *self._needless(chosen)])
        try:
            return replace(chosen, rest=conclude(relaxed, self.barrier))
        except NoCompleteMatching:
            enough = self._with_enough_edges(relaxed, chosen)
        if enough is None:
            return None
        return replace(chosen, rest=conclude(enough, self.barrier))

    def _with_enough_edges(self, relaxed: Relaxed, chosen: _Answer) -> Relaxed | None:
        """With candidates that complete a matching; None if there are none."""
        room = relaxed.room
        mate, _ = most_pairs(room.weights, among(relaxed.edges, self.people))
        i = np.flatnonzero(mate > np.arange(self.people))
        j = mate[i]
        alone = self.people - 2 * len(i) - len(chosen.in_threes)
        if alone > self.size - self.people - len(chosen.trios):
            return None
        worths = room.worth(self.scores.weights[i, j], i, j)
        return replace(
            relaxed,
            edges=np.concatenate([relaxed.edges, np.column_stack([i, j])]),
            worths=np.concatenate([relaxed.worths, worths]),
        )

    def _true_barrier(self, before: _Answer) -> tuple[int, ...]:
        """Behind which the parts are that groups of three must come from.

        With a stranger whom nobody may be paired with, so that two stay alone at least: one of
        an odd number would need no barrier.
        """
        relaxed = without(self.relaxed, before.in_threes)
        everybody = slice(0, self.people)
        open_ = relaxed.room.weights.block(everybody, everybody)
        stranger = np.pad(open_, (0, 1), constant_values=FORBIDDEN)
        edges = among(relaxed.edges, self.people)
        return most_pairs(Matrix(stranger), edges)[1]


def among(edges: Ints, people: int) -> Ints:
    """The edges that lead to no empty chair."""
    return edges[(edges < people).all(axis=1)]


def without(relaxed: Relaxed, absent: Collection[int]) -> Relaxed:
    """The same room without some people and chairs, who keep their places, beside themselves."""
    old = relaxed.room
    everybody = np.arange(old.size)
    gone = np.isin(everybody, list(absent))
    weights = _Without(old.weights, gone[: old.people])
    room = Room(weights, old.size - old.people, old.bits, old.seed)
    mate = np.where(gone[relaxed.mate], NOBODY, relaxed.mate)
    here = ~gone[relaxed.edges].any(axis=1)
    return replace(
        relaxed,
        room=room,
        edges=relaxed.edges[here],
        worths=relaxed.worths[here],
        mate=np.where(gone, everybody, mate),
    )


class _Without:
    """Weights of a round in which some people may be paired with nobody."""

    def __init__(self, weights: Blocks, gone: Bools) -> None:
        self.weights, self.n, self.gone = weights, weights.n, gone

    def block(self, rows: slice, cols: slice) -> Ints:
        closed = self.gone[rows, None] | self.gone[cols]
        return np.where(closed, FORBIDDEN, self.weights.block(rows, cols))
