"""The matching engine: values in, values out; no Django, no database, no clock.

    outcome = match(Problem(people, starts, ends))

The same people, settings and seed give the same outcome on any machine, whatever the order
of the rows. For weights of your own there is the solver alone, and a checker of its proof:

    solution = solve(weights)
    verify(weights, solution)
"""

from __future__ import annotations

from matching.engine.certificate import CertificateError, verify
from matching.engine.concessions import Concession, Prospect, prospects
from matching.engine.leftover import Leftover, Witness, leftovers
from matching.engine.outcome import Group, Outcome, match, weights_to_prove
from matching.engine.problem import LEVELS, Person, Problem, Wish
from matching.engine.reasons import Verdict
from matching.engine.scoring import SCORING_VERSION
from matching.engine.solution import Certificate, Solution
from matching.engine.solver import solve

__all__ = [
    "LEVELS",
    "SCORING_VERSION",
    "Certificate",
    "CertificateError",
    "Concession",
    "Group",
    "Leftover",
    "Outcome",
    "Person",
    "Problem",
    "Prospect",
    "Solution",
    "Verdict",
    "Wish",
    "Witness",
    "leftovers",
    "match",
    "prospects",
    "solve",
    "verify",
    "weights_to_prove",
]
