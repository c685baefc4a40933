"""Which rule keeps people from being put together, in organisers' words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matching.engine import Problem, score
from matching.engine.scoring.violations import violations
from matching.wording import joined
from participants.models import Application

RULES = {
    "same_country": "{} live in the same country.",
    "no_common_language": "{} share no language that both are at ease with.",
    "kept_apart": "{} are to be kept apart, or have been partners before.",
    "must": "{}: the second does not meet a must of the first.",
    "no_three": "{} did not agree to a group of three.",
}


def broken_rule(asked: Problem, applications: Sequence[Application]) -> str:
    """The first rule that people who are to stay together break; nothing where all is well."""
    pins = sorted(sorted(pin) for pin in asked.together)
    free = replace(asked, together=frozenset())
    for found in violations(free, score(free), pins):
        if found.rule in RULES:
            names = [applications[place].name for place in found.people]
            in_turn = names if found.rule == "must" else sorted(names)
            return RULES[found.rule].format(joined(in_turn))
    return ""
