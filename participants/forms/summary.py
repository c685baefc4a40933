"""The list of errors above a form, each with a link to its field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundField


@dataclass(frozen=True)
class Problem:
    field: str
    target: str
    label: str
    words: str


class Summary(forms.BaseForm):
    """A form that can list its errors in the order of its fields."""

    def problems(self) -> Iterator[Problem]:
        for field in self:
            for words in field.errors:
                yield Problem(
                    field.name, _first_input(field), str(field.label), str(words)
                )


def _first_input(field: BoundField) -> str:
    """The id that a link must lead to: in a group, that of its first input."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.auto_id
