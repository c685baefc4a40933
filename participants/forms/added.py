"""What an organiser makes of an applicant's free words: wishes where there are none yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from participants.forms import wishes
from participants.forms.summary import Summary
from participants.models import Application, Wish
from participants.terms import Terms


@dataclass(frozen=True)
class AspectFields:
    """The fields of one aspect; open where something is wrong or chosen."""

    label: str
    fields: list[BoundField]
    is_open: bool


class AddedWishesForm(Summary, forms.Form):
    """The applicant's own wishes stay as they are, so their aspects are not offered."""

    def __init__(self, data: Any, *, application: Application, terms: Terms) -> None:
        super().__init__(data)
        taken = {wish.aspect for wish in application.wishes.all()}
        self.aspects = [aspect for aspect in Wish.Aspect if aspect not in taken]
        offered = wishes.wish_fields(terms, {})
        self.fields |= {
            name: field
            for name, field in offered.items()
            if any(name in _names(aspect) for aspect in self.aspects)
        }

    def clean(self) -> None:
        self.wishes = wishes.clean_wishes(self)
        if not self.wishes and not self.errors:
            raise ValidationError("Choose at least one wish.")

    def groups(self) -> Iterator[AspectFields]:
        for aspect in self.aspects:
            names = [name for name in _names(aspect) if name in self.fields]
            told = bool(self.data.get(f"wish_{aspect}"))
            wrong = self.is_bound and bool(self.errors.keys() & set(names))
            fields = [self[name] for name in names]
            yield AspectFields(aspect.label.capitalize(), fields, told or wrong)


def _names(aspect: Wish.Aspect) -> tuple[str, ...]:
    name = f"wish_{aspect}"
    return name, f"{name}_values", f"{name}_strength"
