"""How organisers put the levels of a round in order."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from rounds.levels import LEVELS

CHOICES = list(LEVELS.items())
PLACES = ["First", "Second", "Third", "Fourth", "Fifth"]


class LevelsField(forms.MultiValueField):
    """The levels in an order of one's own: a select for each place."""

    def __init__(self, **kwargs: Any) -> None:
        selects = [
            forms.Select(attrs={"aria-label": place}, choices=CHOICES)
            for place in PLACES
        ]
        super().__init__(
            [forms.ChoiceField(choices=CHOICES) for _ in PLACES],
            widget=forms.MultiWidget(selects),
            **kwargs,
        )

    def compress(self, data_list: list[str]) -> list[str]:
        twice = [level for level, times in Counter(data_list).items() if times > 1]
        missing = [level for level in LEVELS if level not in data_list]
        if twice:
            raise ValidationError(
                "Each one once, please. More than once: %(twice)s. Missing: %(missing)s.",
                params={"twice": _quoted(twice), "missing": _quoted(missing)},
            )
        return data_list


def _quoted(levels: list[str]) -> str:
    return ", ".join(f"“{LEVELS[level]}”" for level in levels)
