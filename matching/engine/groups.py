"""The best groups of a round: pairs, and one group of three where the number is odd.

The group of three is chosen together with all the rest, by branch and bound: with the prices
of the relaxation, a group leaves at most its own worth and the prices of all others, and only
groups that promise more than the best complete answer so far are solved out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.engine.blossom import NoCompleteMatching
from matching.engine.relaxation import Relaxed
from matching.engine.scoring import Scores
from matching.engine.solution import Solution
from matching.engine.solver import blossoms, conclude, prepare, solve
from matching.engine.trios import Trio, Trios
from matching.engine.weights import Ints, Matrix

Group = tuple[int, ...]
ANY = 1 << 62
Answer = tuple[list[Group], int]  # groups, and their doubled worth


@dataclass(frozen=True)
class Grouping:
    """Sorted groups of two or three people (by index), those left over, and what it is worth.

    `proof` is of everybody but a group of three, counted anew in the same order: no other
    pairs of these people are worth more.
    """

    groups: tuple[Group, ...]
    unmatched: tuple[int, ...]
    value: int
    proof: Solution


def best_groups(scores: Scores, seed: int = 0) -> Grouping:
    """The fewest people left over, then the greatest worth, then the draw."""
    n = len(scores.people)
    relaxed, barrier = prepare(Matrix(scores.weights), seed)
    answer = _with_trio(Trios(scores, relaxed, barrier), relaxed) if n % 2 else None
    if answer is None:
        best = conclude(relaxed, barrier)
        return Grouping(best.pairs, best.unmatched, best.value, best)
    groups = tuple(sorted(group for group in answer[0] if group[-1] < n))
    return Grouping(
        groups=groups,
        unmatched=tuple(sorted(set(range(n)).difference(*groups))),
        value=answer[1] >> relaxed.room.bits + 1,
        proof=_proof_of_the_rest(scores.weights, groups),
    )


def _proof_of_the_rest(weights: Ints, groups: tuple[Group, ...]) -> Solution:
    """That nobody outside the group of three could be paired better."""
    rest = np.setdiff1d(
        np.arange(len(weights)),
        [person for group in groups if len(group) == 3 for person in group],
    )
    place = {person: k for k, person in enumerate(rest.tolist())}
    pairs = tuple((place[g[0]], place[g[1]]) for g in groups if len(g) == 2)
    alone = tuple(sorted(set(place.values()).difference(*pairs)))
    return replace(solve(weights[np.ix_(rest, rest)]), pairs=pairs, unmatched=alone)


def _with_trio(trios: Trios, relaxed: Relaxed) -> Answer | None:
    """The best answer in which a group of three saves one person from staying alone.

    None where no group of three can do that.
    """
    # The last chair goes with the person saved.
    bound = sum(relaxed.prices[:-1].tolist())
    best = _some_answer(trios, relaxed)
    if best is None:
        return None
    edges, worths = _within(relaxed, bound + trios.most - best[1])
    for surplus, trio, worth in trios.at_least(best[1] - bound):
        if bound + surplus < best[1]:
            break  # all further ones promise less
        answer = _complete(relaxed, edges, worths, trio, worth)
        if answer is not None and answer[1] > best[1]:
            best = answer
    return best


def _some_answer(trios: Trios, relaxed: Relaxed) -> Answer | None:
    """A good answer to begin with: the most promising group of three that allows one.

    Sought among the candidates first, and among all edges only where these do not allow any.
    """
    for edges, worths in ((relaxed.edges, relaxed.worths), _within(relaxed, ANY)):
        hopeless: set[Trio] = set()
        while top := trios.best(without=hopeless):
            answer = _complete(relaxed, edges, worths, *top[1:])
            if answer is not None:
                return answer
            hopeless.add(top[1])
    return None


def _complete(
    relaxed: Relaxed, edges: Ints, worths: Ints, trio: Group, worth: int
) -> Answer | None:
    """The best answer with this group of three (of doubled worth `worth`), if there is one."""
    chair = relaxed.room.size - 1
    state = blossoms(relaxed, edges, worths, absent=(*trio, chair))
    try:
        state.complete()
    except NoCompleteMatching:
        return None
    pairs = [(i, j) for i, j in enumerate(state.mate) if i < j]
    return [trio, *pairs], worth + sum(state.near[i][j] for i, j in pairs)


def _within(relaxed: Relaxed, slack: int) -> tuple[Ints, Ints]:
    """All edges that can be in an answer no further than `slack` below the bound."""
    parts = [*relaxed.room.within(relaxed.prices, slack)]
    chairs = (relaxed.edges[:, 1] >= relaxed.room.people) & (relaxed.slack() <= slack)
    i, j, worths = (np.concatenate(part) for part in zip(*parts, strict=True))
    return (
        np.concatenate([np.column_stack([i, j]), relaxed.edges[chairs]]),
        np.concatenate([worths, relaxed.worths[chairs]]),
    )
