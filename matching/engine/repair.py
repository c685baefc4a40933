"""Repair: partners for those who lost theirs or came late, with no working pair touched.

In two steps (`seats.py`): first, how few of the needy must stay without a partner, and how few
volunteers for a second partner must be asked; then the best groups of all that come to this.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from matching.engine.grouping.groups import best_groups
from matching.engine.grouping.seats import (
    Bools,
    count_fewest,
    is_proven,
    new_groups,
    of_use,
    only,
    with_chairs,
)
from matching.engine.problem import Problem
from matching.engine.scoring.scores import Scores, score
from matching.engine.scoring.violations import BITS
from matching.engine.solution import Solution
from matching.engine.solving.weights import Ints

Groups = Collection[Collection[int]]


@dataclass(frozen=True)
class NewGroup:
    """Two or three people by id, in order; which wishes of each are met; minutes awake together."""

    people: tuple[int, ...]
    met: tuple[tuple[bool, ...], ...]
    minutes_awake: int


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

    `asked`: the volunteers who get a second partner. `proof` is about `weights_to_repair`;
    `is_proven` says that the checker has agreed to it, and to the fewest alone and asked in pairs.
    """

    groups: tuple[NewGroup, ...]
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
    theirs anew. That past partners do not meet either is for `problem.apart` to say. Of
    `problem.earlier` as many pairs are kept as in a matching of everybody. ValueError where somebody needy is in a working group, volunteers too, or is unknown.
    """
    scores, needs = _concerned(problem, working, needy, volunteers)
    fewest = count_fewest(scores, needs, problem.seed)
    few, seated = _seated(scores, needs, fewest.alone, fewest.asked)
    best = best_groups(seated, problem.seed)
    found = new_groups(best.groups, needs[few])
    groups = [tuple(few[list(group)].tolist()) for group in found]
    in_threes = [k for group in found if len(group) == 3 for k in group]
    served = {k for group in groups for k in group}
    alone = set(np.flatnonzero(needs).tolist()) - served
    ids = [person.id for person in scores.people]
    return Repair(
        groups=tuple(_group(scores, group) for group in groups),
        asked=tuple(ids[k] for k in sorted(served) if not needs[k]),
        alone=tuple(Alone(ids[k], int(scores.allowed[k].sum())) for k in sorted(alone)),
        proof=best.proof,
        is_proven=fewest.is_proven
        and best.is_optimal
        and is_proven(_without(seated.weights, in_threes), best.proof),
    )


def weights_to_repair(
    problem: Problem,
    working: Groups,
    needy: Collection[int],
    volunteers: Collection[int],
    found: Repair,
) -> Ints:
    """What pairs are worth of all who could be of use but groups of three, in order of id.

    After the people come chairs, worth nothing: one for each needy person who stays alone, then
    one for each volunteer who is not asked.
    """
    scores, needs = _concerned(problem, working, needy, volunteers)
    few, seated = _seated(scores, needs, len(found.alone), len(found.asked))
    threes = {id for g in found.groups if len(g.people) == 3 for id in g.people}
    gone = [k for k, place in enumerate(few) if scores.people[place].id in threes]
    return _without(seated.weights, gone)


def _seated(
    scores: Scores, needs: Bools, alone: int, asked: int
) -> tuple[Ints, Scores]:
    """Who is of use, and what is to be solved for them."""
    few = of_use(scores, needs, asked)
    return few, with_chairs(only(scores, few), needs[few], alone, asked)


def _without(weights: Ints, people: Collection[int]) -> Ints:
    rest = np.setdiff1d(np.arange(len(weights)), [*people])
    return np.asarray(weights[np.ix_(rest, rest)])


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
    people = tuple(
        replace(person, accepts_three=person.accepts_three and person.id in needy)
        for person in problem.people
        if person.id in {*needy, *volunteers}
    )
    scores = score(
        replace(
            problem,
            people=people,
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


def _group(scores: Scores, group: tuple[int, ...]) -> NewGroup:
    bits = [
        np.bitwise_or.reduce(scores.met[k, [j for j in group if j != k]]) for k in group
    ]
    return NewGroup(
        people=tuple(scores.people[k].id for k in group),
        met=tuple(
            tuple(bool(int(met) >> BITS[w.aspect] & 1) for w in scores.people[k].wishes)
            for k, met in zip(group, bits, strict=True)
        ),
        minutes_awake=min(int(scores.minutes[two]) for two in combinations(group, 2)),
    )
