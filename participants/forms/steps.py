"""The application form in steps: each is the form limited to its fields, with the same rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.datastructures import MultiValueDict

from participants.forms.layout import SECTIONS

LONGEST = 100_000  # what is kept of one answer, right or wrong
MOST = 300  # values of one field: more than there are countries


@dataclass(frozen=True)
class Step:
    slug: str
    title: str
    legends: tuple[str, ...]

    @property
    def fields(self) -> list[str]:
        return [
            name
            for section in SECTIONS
            if section.legend in self.legends
            for group in section.groups
            for name in group
        ]


STEPS = [
    Step("you", "Who are you?", ("Who you are",)),
    Step("place", "Where do you live?", ("Where you are",)),
    Step("work", "Your languages and your work", ("Your languages", "Your work")),
    Step("interests", "What you care about", ("Your interests", "About you")),
    Step("contact", "How to meet you", ("How to reach you", "A group of three")),
    Step("wishes", "Your wishes", ("Whom would you like to meet?", "In your words")),
]
FIRST, WISHES = STEPS[0], STEPS[-1]
BY_SLUG = {step.slug: step for step in STEPS}
STEP_OF = {name: step for step in STEPS for name in step.fields}
AGREEMENTS = ["agree_conduct", "agree_data"]
HOW_MANY = len(STEPS) + 1  # the last one checks the answers


def number_of(step: Step) -> int:
    return STEPS.index(step) + 1


def before(step: Step) -> Step | None:
    return None if step is FIRST else STEPS[number_of(step) - 2]


def after(step: Step) -> Step | None:
    return None if step is WISHES else STEPS[number_of(step)]


def typed_on(step: Step, data: Any) -> dict[str, list[str]]:
    """What a browser sent for a step, right or wrong: short of what no database can hold."""
    return {
        name: [value.replace("\0", "")[:LONGEST] for value in data.getlist(name)[:MOST]]
        for name in step.fields
    }


def as_query(answers: dict[str, list[str]]) -> MultiValueDict[str, str]:
    """Answers as a browser would send them."""
    return MultiValueDict(answers)
