"""Repair: partners for those who lost theirs or came late, with no working pair touched.

Volunteers for a second partner help where the needy cannot help each other. Two volunteers
who are "paired" here, at no worth, both stay as they are. So the most pairs, which `solve`
always finds, leave over the needy alone, or one volunteer with them where the number is odd;
which of these, two digits above all levels decide: whom a pair serves, and whom it bothers.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matching.engine.certificate import CertificateError, verify
from matching.engine.groups import Grouping, best_groups
from matching.engine.outcome import Group
from matching.engine.problem import Problem
from matching.engine.reasons import Reasons
from matching.engine.scoring import FORBIDDEN, MOST, Scores, score
from matching.engine.solution import Solution
from matching.engine.solver import solve
from matching.engine.weights import Ints

Groups = Collection[Collection[int]]
Places = tuple[tuple[int, ...], ...]  # groups by index among those concerned
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Alone:
    """A needy person, by id, who stays without a partner.

    `possible`: with how many of the needy and the volunteers they may be paired. If there are
    any, all of these are needed by others, who would be alone instead.
    """

    person: int
    possible: int


@dataclass(frozen=True)
class Repair:
    """New groups beside those that work, by ids in order.

    `asked`: the volunteers who get a second partner. `proof` is of all concerned but groups
    of three, as `weights_to_repair` has them; `is_proven` says that the checker has agreed.
    """

    groups: tuple[Group, ...]
    asked: tuple[int, ...]
    alone: tuple[Alone, ...]
    proof: Solution
    is_proven: bool


def repair(
    problem: Problem,
    working: Groups,
    needy: Collection[int],
    volunteers: Collection[int] = (),
) -> Repair:
    """New partners for the needy: who lost theirs, or came late.

    First the fewest needy without a partner; then the fewest volunteers, since nobody is
    bothered without need; then the levels of the round. Three needy who accept it form a group
    where that leaves fewer of them alone.

    `working`: the groups (of ids) that are in touch: they stay, and nobody meets a partner of
    theirs anew. That past partners do not meet either is for `problem.apart` to say. ValueError
    where somebody needy is in a working group, volunteers too, or is unknown.
    """
    scores, needs = _concerned(problem, working, needy, volunteers)
    asking = _needs_first(scores, needs)
    best = _paired(asking.weights, (), problem.seed)
    if best.alone(needs):
        threes = _threes(asking, needs, problem.seed)
        other = _paired(asking.weights, threes, problem.seed)
        best = min(best, other, key=lambda found: len(found.alone(needs)))
    return _told(scores, needs, best)


def weights_to_repair(
    problem: Problem,
    working: Groups,
    needy: Collection[int],
    volunteers: Collection[int] = (),
    threes: Groups = (),
) -> Ints:
    """What pairs of those concerned are worth in a repair, in order of id; threes left out."""
    scores, needs = _concerned(problem, working, needy, volunteers)
    index = {person.id: k for k, person in enumerate(scores.people)}
    rest = _rest(len(needs), [[index[id] for id in three] for three in threes])
    return _needs_first(scores, needs).weights[np.ix_(rest, rest)]


def _concerned(
    problem: Problem,
    working: Groups,
    needy: Collection[int],
    volunteers: Collection[int],
) -> tuple[Scores, Bools]:
    """How those concerned fit, and which of them are needy."""
    _check(problem, working, needy, volunteers)
    partners = (combinations(group, 2) for group in working)
    apart = problem.apart | {frozenset(pair) for pairs in partners for pair in pairs}
    ids = {*needy, *volunteers}
    scores = score(
        replace(
            problem,
            people=tuple(person for person in problem.people if person.id in ids),
            apart=apart,
            together=problem.together - apart,  # what was pinned has been done
        )
    )
    needs = [person.id in needy for person in scores.people]
    return scores, np.array(needs, dtype=np.bool_)


def _check(
    problem: Problem,
    working: Groups,
    needy: Collection[int],
    volunteers: Collection[int],
) -> None:
    known = {person.id for person in problem.people}
    content = {person for group in working for person in group}
    for people, complaint in (
        ({*needy, *volunteers} - known, "are not in the round"),
        (content & set(needy), "are in a group that works"),
        (set(volunteers) & set(needy), "cannot be both needy and volunteers"),
    ):
        if people:
            raise ValueError(f"People {sorted(people)} {complaint}.")


def _needs_first(scores: Scores, needs: Bools) -> Scores:
    """The same people, where a needy one served is worth more than all below: volunteers spared.

    And a volunteer spared more than all that groups are worth by the levels.
    """
    most = int(scores.weights.max(initial=0)) * len(needs)
    most += int(scores.table.max(axis=1, initial=0).sum())  # what threes may add
    spared = most + 1
    served = spared * (1 + int(needs.sum()))
    if 2 * served + most > MOST:
        raise ValueError(f"{len(needs)} people are too many to be repaired at once.")
    gain = np.where(needs, served, -spared)
    idle = ~(needs[:, None] | needs[None, :] | np.eye(len(needs), dtype=np.bool_))
    weights = scores.weights + gain[:, None] + gain[None, :]
    weights[~scores.allowed] = FORBIDDEN
    weights[idle] = 0
    return replace(
        scores,
        people=tuple(
            replace(person, accepts_three=person.accepts_three and bool(needy))
            for person, needy in zip(scores.people, needs, strict=True)
        ),
        allowed=scores.allowed | idle,
        table=scores.table + gain[:, None],
        weights=weights,
    )


def _threes(asking: Scores, needs: Bools, seed: int) -> Places:
    """The groups of three that leave the fewest needy alone.

    An odd volunteer who stays as they are needs a spare one to do so with. Whether there is
    one depends on how many are asked, so both are tried.
    """

    def badness(best: Grouping) -> tuple[int, int, int]:
        alone = sum(bool(needs[k]) for k in best.unmatched if k < len(needs))
        return alone, sum(len(group) == 3 for group in best.groups), -best.value

    tried = [best_groups(asking, seed), best_groups(_and_a_spare(asking, needs), seed)]
    best = min(tried, key=badness)
    return tuple(group for group in best.groups if len(group) == 3)


def _and_a_spare(asking: Scores, needs: Bools) -> Scores:
    """With one more volunteer, whom nobody needy may be paired with."""
    spare = replace(asking.people[-1], id=asking.people[-1].id + 1, accepts_three=False)
    more = (0, 1)
    weights = np.pad(asking.weights, more, constant_values=FORBIDDEN)
    weights[-1, :-1] = weights[:-1, -1] = np.where(needs, FORBIDDEN, 0)
    return replace(
        asking,
        people=(*asking.people, spare),
        allowed=weights >= 0,
        met=np.pad(asking.met, more),
        minutes=np.pad(asking.minutes, more),
        table=np.pad(asking.table, (more, (0, 0))),
        weights=weights,
    )


def _rest(n: int, threes: Groups) -> Ints:
    """Who is in no group of three."""
    return np.setdiff1d(np.arange(n), [k for three in threes for k in three])


@dataclass(frozen=True)
class _Found:
    """Groups by index, those left over, and the proof that nobody else could be paired better."""

    groups: Places
    unmatched: tuple[int, ...]
    proof: Solution
    is_proven: bool

    def alone(self, needs: Bools) -> list[int]:
        return [person for person in self.unmatched if needs[person]]


def _paired(weights: Ints, threes: Places, seed: int) -> _Found:
    """The best pairs of all who are in no group of three."""
    rest = _rest(len(weights), threes)
    open_ = weights[np.ix_(rest, rest)]
    proof = solve(open_, seed=seed)
    names: list[int] = rest.tolist()
    pairs = [(names[i], names[j]) for i, j in proof.pairs]
    return _Found(
        groups=tuple(sorted([*threes, *pairs])),
        unmatched=tuple(names[k] for k in proof.unmatched),
        proof=proof,
        is_proven=_is_proven(open_, proof),
    )


def _is_proven(weights: Ints, proof: Solution) -> bool:
    try:
        verify(weights, proof)
    except CertificateError:
        return False
    return proof.is_optimal


def _told(scores: Scores, needs: Bools, found: _Found) -> Repair:
    ids = [person.id for person in scores.people]
    groups = [group for group in found.groups if needs[list(group)].any()]
    reasons = Reasons(scores)
    return Repair(
        groups=tuple(_group(reasons, group) for group in groups),
        asked=tuple(sorted(ids[k] for group in groups for k in group if not needs[k])),
        alone=tuple(
            Alone(ids[k], int(scores.allowed[k].sum())) for k in found.alone(needs)
        ),
        proof=found.proof,
        is_proven=found.is_proven,
    )


def _group(reasons: Reasons, group: tuple[int, ...]) -> Group:
    scores = reasons.scores
    return Group(
        people=tuple(scores.people[k].id for k in group),
        verdicts=tuple(
            tuple(reasons.verdicts(k, tuple(other for other in group if other != k)))
            for k in group
        ),
        minutes_awake=min(int(scores.minutes[i, j]) for i, j in combinations(group, 2)),
    )
