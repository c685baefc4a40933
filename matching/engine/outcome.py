"""From a problem to its outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matching.engine.groups import best_groups
from matching.engine.problem import Problem
from matching.engine.reasons import Reasons, Verdict
from matching.engine.scoring import score


@dataclass(frozen=True)
class Group:
    """Two or three people by id, in order; how the wishes of each fare; minutes awake together."""

    people: tuple[int, ...]
    verdicts: tuple[tuple[Verdict, ...], ...]
    minutes_awake: int


@dataclass(frozen=True)
class Outcome:
    """The best matching of a problem; `unmatched` are ids."""

    groups: tuple[Group, ...]
    unmatched: tuple[int, ...]
    value: int


def match(
    problem: Problem, report: Callable[[str], None] = lambda stage: None
) -> Outcome:
    """The best matching there is; `report` hears "scoring", "solving" and "explaining".

    ValueError when a pin breaks a rule, or when there are too many people for 64 bits.
    """
    report("scoring")
    scores = score(problem)
    report("solving")
    best = best_groups(scores, problem.seed)
    report("explaining")
    reasons = Reasons(scores)
    return Outcome(
        groups=tuple(_group(reasons, group) for group in best.groups),
        unmatched=tuple(scores.people[k].id for k in best.unmatched),
        value=best.value,
    )


def _group(reasons: Reasons, group: tuple[int, ...]) -> Group:
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
