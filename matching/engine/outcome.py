"""From a problem to its outcome."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from matching.engine.certificate import CertificateError, verify
from matching.engine.grouping.groups import Grouping, best_groups
from matching.engine.problem import Problem
from matching.engine.questions.reasons import Reasons, Verdict
from matching.engine.questions.whatif import WhatIf
from matching.engine.scoring.scores import Scores, Scoring, score
from matching.engine.solution import Solution

EXPLAINED = 3000  # people whose unmet wishes are explained with their price


@dataclass(frozen=True)
class Group:
    """Two or three people by id, in order; how the wishes of each fare; minutes awake together."""

    people: tuple[int, ...]
    verdicts: tuple[tuple[Verdict, ...], ...]
    minutes_awake: int


@dataclass(frozen=True)
class Outcome:
    """The best matching of a problem; `unmatched` are ids.

    `proof` is of everybody but groups of three, as `weights_to_prove` has them. No groups that
    leave as few people over, with as few of three, are worth more than `bound`. `is_proven`
    says that the checker has agreed to the proof, and that the value reaches the bound.
    Hours counted in steps of `hours_step` minutes; for `left_to_draw` there was no room.
    """

    groups: tuple[Group, ...]
    unmatched: tuple[int, ...]
    value: int
    bound: int
    proof: Solution
    is_proven: bool
    hours_step: int
    left_to_draw: tuple[str, ...]


def weights_to_prove(problem: Problem, trio: Collection[int] = ()) -> NDArray[np.int64]:
    """What the pairs of everybody outside groups of three are worth, people in order of id."""
    scores = score(problem)
    threes = {k for k, person in enumerate(scores.people) if person.id in trio}
    return _weights_of_the_rest(scores, threes)


def _weights_of_the_rest(scores: Scores, threes: Collection[int]) -> NDArray[np.int64]:
    rest = [k for k in range(len(scores.people)) if k not in threes]
    return scores.weights[np.ix_(rest, rest)]


def _threes(best: Grouping) -> set[int]:
    return {k for group in best.groups if len(group) == 3 for k in group}


def _is_proven(weights: NDArray[np.int64], proof: Solution) -> bool:
    """Whether the checker, which shares no code with the solver, agrees."""
    try:
        verify(weights, proof)
    except CertificateError:
        return False
    return proof.is_optimal


def match(
    problem: Problem,
    report: Callable[[str], None] = lambda stage: None,
    known: Collection[frozenset[int]] = (),
    *,
    priced: bool = True,
) -> Outcome:
    """The best matching there is; `report` hears "scoring", "solving", "proving", then "explaining" now and then.

    Unmet wishes in groups that are `known` already are not explained with their price; none
    are if not `priced`, which is quicker.
    ValueError when a pin breaks a rule, or when there are too many people for 64 bits.
    """
    report("scoring")
    scores = score(problem)
    report("solving")
    best = best_groups(scores, problem.seed)
    report("proving")
    is_proven = _is_proven(_weights_of_the_rest(scores, _threes(best)), best.proof)
    report("explaining")
    questions = _questions(problem, scores, best) if priced else None
    reasons = Reasons(scores, questions, partial(report, "explaining"))
    reasons_without_prices = Reasons(scores, None)

    def explained(group: tuple[int, ...]) -> Group:
        is_known = frozenset(scores.people[k].id for k in group) in known
        return explain(reasons_without_prices if is_known else reasons, group)

    return Outcome(
        groups=tuple(map(explained, best.groups)),
        unmatched=tuple(scores.people[k].id for k in best.unmatched),
        value=best.value,
        bound=best.bound,
        proof=best.proof,
        is_proven=is_proven and best.is_optimal,
        hours_step=scores.hours_step,
        left_to_draw=scores.left_to_draw,
    )


def _questions(problem: Problem, scores: Scores, best: Grouping) -> WhatIf | None:
    """What can be asked about the best groups, unless that would take too long."""
    if len(scores.people) > EXPLAINED or not best.proof.is_optimal:
        return None
    try:
        return WhatIf(scores, best.groups, Scoring(problem).units.of)
    except OverflowError:
        return None


def explain(reasons: Reasons, group: tuple[int, ...]) -> Group:
    """How each wish of these people (by index) fares among them."""
    scores = reasons.scores
    return Group(
        people=tuple(scores.people[k].id for k in group),
        verdicts=tuple(
            tuple(reasons.verdicts(k, tuple(other for other in group if other != k)))
            for k in group
        ),
        minutes_awake=min(
            int(scores.minutes[i, j]) for i in group for j in group if i < j
        ),
    )
