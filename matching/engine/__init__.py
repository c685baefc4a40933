"""The matching engine: values in, values out; no Django, no database, no clock.

    outcome = match(Problem(people, starts, ends))

The same people, settings and seed give the same outcome on any machine, whatever the order
of the rows. `solve(weights)` is the solver alone, for weights of your own.
"""

from __future__ import annotations

from matching.engine.outcome import Group, Outcome, match
from matching.engine.problem import LEVELS, Person, Problem, Wish
from matching.engine.reasons import Verdict
from matching.engine.solver import Solution, solve

__all__ = [
    "LEVELS",
    "Group",
    "Outcome",
    "Person",
    "Problem",
    "Solution",
    "Verdict",
    "Wish",
    "match",
    "solve",
]
