"""The matching engine: values in, values out; no Django, no database, no clock.

    outcome = match(Problem(people, starts, ends))

The same people, settings and seed give the same outcome on any machine, whatever the order
of the rows. For weights of your own there is the solver alone, and a checker of its proof:

    solution = solve(weights)
    verify(weights, solution)

Beside the best matching: `WhatIf` says what another choice would cost and who would pay,
`leftovers` why somebody has no partner, `prospects` who will find it hard and what would
help, `Crowd` who could be the partner of one more person, `repair` finds new partners
without touching a working pair, `judge` holds a matching made by hand against the best.
"""

from __future__ import annotations

from matching.engine.certificate import CertificateError, verify
from matching.engine.judging import Judgement, judge
from matching.engine.outcome import Group, Outcome, match, weights_to_prove
from matching.engine.problem import LEVELS, Person, Problem, Wish
from matching.engine.questions.blocking import blocking_pairs
from matching.engine.questions.concessions import Concession, Prospect, prospects
from matching.engine.questions.leftover import Leftover, Witness, leftovers
from matching.engine.questions.newcomer import Chances, Crowd
from matching.engine.questions.reasons import Verdict
from matching.engine.questions.survey import Hopeless, Survey, fewest_alone, survey
from matching.engine.questions.whatif import Answer, WhatIf
from matching.engine.repair import Repair, repair
from matching.engine.scoring.scores import SCORING_VERSION, Scoring, score
from matching.engine.solution import Certificate, Solution
from matching.engine.solving.solver import solve

__all__ = [
    "LEVELS",
    "SCORING_VERSION",
    "Answer",
    "Certificate",
    "CertificateError",
    "Chances",
    "Concession",
    "Crowd",
    "Group",
    "Hopeless",
    "Judgement",
    "Leftover",
    "Outcome",
    "Person",
    "Problem",
    "Prospect",
    "Repair",
    "Scoring",
    "Solution",
    "Survey",
    "Verdict",
    "WhatIf",
    "Wish",
    "Witness",
    "blocking_pairs",
    "fewest_alone",
    "judge",
    "leftovers",
    "match",
    "prospects",
    "repair",
    "score",
    "solve",
    "survey",
    "verify",
    "weights_to_prove",
]
