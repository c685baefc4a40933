"""Which rule keeps people from being put together, in organisers' words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from matching.engine import Problem, score
from matching.engine.scoring.violations import Violation, violations
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
    return next(filter(None, broken_rules(asked, applications, pins)), "")


def broken_rules(
    asked: Problem,
    applications: Sequence[Application],
    groups: Sequence[Collection[int]],
) -> list[str]:
    """For each of these groups, by place, the first rule that it breaks, or nothing."""
    if not groups:
        return []
    concerned = {place for group in groups for place in group}
    people = tuple(person for person in asked.people if person.id in concerned)
    some = replace(asked, people=people, together=frozenset())
    words = [""] * len(groups)
    for found in violations(some, score(some), groups):
        if found.rule in RULES and found.group is not None and not words[found.group]:
            words[found.group] = _in_words(found, applications)
    return words


def _in_words(found: Violation, applications: Sequence[Application]) -> str:
    names = [applications[place].name for place in found.people]
    in_turn = names if found.rule == "must" else sorted(names)
    return RULES[found.rule].format(joined(in_turn))
