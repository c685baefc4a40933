"""Wishes: for each aspect whether, what and how much."""

from __future__ import annotations

from typing import Any

from django import forms

from participants.forms.fields import KnownChoiceField, KnownChoicesField, SelectRows
from participants.models import Application, Wish
from participants.names import (
    by_plain,
    country_labels,
    language_codes,
    place_codes,
    place_labels,
    region_labels,
)
from participants.places import languages
from participants.retold import SAME, THESE
from participants.terms import SAME_AS_MINE, SENTENCES, Terms

Aspect = Wish.Aspect

NONE = ""
SAME_CODES = {
    "same": SAME,
    "sameasmine": SAME,
    "mine": SAME,
    "oneofthese": THESE,
    "these": THESE,
}
STRENGTHS = dict(Wish.Strength.choices)
WHICH = {
    Aspect.COUNTRY: "Which countries or regions",
    Aspect.WORKPLACE: "Which kinds of workplace",
    Aspect.ROLE: "Which roles",
    Aspect.CAREER_STAGE: "Which career stages",
    Aspect.INTERESTS: "Which interests",
    Aspect.LANGUAGE: "Which languages",
}
NOUNS = {
    Aspect.COUNTRY: "a country or region",
    Aspect.WORKPLACE: "a kind of workplace",
    Aspect.ROLE: "a role",
    Aspect.CAREER_STAGE: "a career stage",
    Aspect.INTERESTS: "an interest",
    Aspect.LANGUAGE: "a language",
}
MOST_HOURS = 12


def kept_values(application: Application) -> dict[str, set[str]]:
    """The vocabulary slugs that the wishes name, by aspect: they stay valid when retired."""
    wishes = application.wishes.all() if application.pk else []
    return {wish.aspect: set(wish.values) for wish in wishes}


def wish_fields(terms: Terms, kept: dict[str, set[str]]) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for aspect, same in SAME_AS_MINE.items():
        ways = {NONE: "No preference", SAME: same, THESE: "One of these"}
        fields[f"wish_{aspect}"] = KnownChoiceField(
            ways,
            codes=by_plain(ways) | SAME_CODES,
            noun="an answer",
            widget=forms.RadioSelect,
            required=False,
            initial=NONE,
            label=f"{SENTENCES[aspect]} …",
        )
        fields[f"wish_{aspect}_values"] = _values_field(aspect, terms, kept)
        fields[f"wish_{aspect}_strength"] = _strength_field(aspect)
    fields["wish_hours"] = forms.IntegerField(
        min_value=1,
        max_value=MOST_HOURS,
        required=False,
        label=f"{SENTENCES[Aspect.HOURS]} …",
        help_text="Write how many hours a day, at least. "
        "Leave it empty if you have no preference.",
        error_messages={
            "invalid": f"Write a whole number of hours, from 1 to {MOST_HOURS}.",
            "min_value": "At least 1 hour, or leave it empty.",
            "max_value": f"At most {MOST_HOURS} hours a day.",
        },
    )
    fields["wish_hours_strength"] = _strength_field(Aspect.HOURS)
    return fields


def _values_field(
    aspect: Aspect, terms: Terms, kept: dict[str, set[str]]
) -> forms.Field:
    common: dict[str, Any] = {
        "noun": NOUNS[aspect],
        "required": False,
        "label": WHICH[aspect],
    }
    if aspect == Aspect.COUNTRY:
        groups = [
            ("Regions", list(region_labels().items())),
            ("Countries", list(country_labels().items())),
        ]
        common |= {
            "codes": place_codes(),
            "choices": lambda: groups,
            "widget": SelectRows(rows=3),
        }
        return KnownChoicesField(place_labels(), **common)
    if aspect == Aspect.LANGUAGE:
        common |= {"codes": language_codes(), "widget": SelectRows(rows=2)}
        return KnownChoicesField(languages(), **common)
    offered = terms.offered(aspect, kept.get(aspect, ()))
    return KnownChoicesField(offered, widget=forms.CheckboxSelectMultiple, **common)


def _strength_field(aspect: Aspect) -> forms.Field:
    return KnownChoiceField(
        STRENGTHS,
        noun="a strength",
        widget=forms.RadioSelect,
        required=False,
        initial=Wish.Strength.NICE,
        label=f"How much the {aspect.label} matters"
        if aspect != Aspect.HOURS
        else "How much the hours matter",
    )


def clean_wishes(form: forms.BaseForm) -> list[Wish]:
    """The wishes that were made, after naming what is unclear about them."""
    wishes = [_clean_wish(form, aspect) for aspect in SAME_AS_MINE]
    return [wish for wish in [*wishes, _clean_hours(form)] if wish]


def _clean_wish(form: forms.BaseForm, aspect: Aspect) -> Wish | None:
    name = f"wish_{aspect}"
    if name not in form.fields:
        return None
    if {name, f"{name}_values", f"{name}_strength"} & form.errors.keys():
        return None
    way = form.cleaned_data[name]
    values = form.cleaned_data[f"{name}_values"]
    if values and way != THESE:
        form.add_error(
            name, "You chose from the list: say “One of these”, or empty the list."
        )
    elif way == THESE and not values:
        form.add_error(f"{name}_values", "Choose at least one, or say “No preference”.")
    elif way:
        return _wish(form, aspect, values, same_as_mine=way == SAME)
    return None


def _clean_hours(form: forms.BaseForm) -> Wish | None:
    if "wish_hours" not in form.fields:
        return None
    if {"wish_hours", "wish_hours_strength"} & form.errors.keys():
        return None
    hours = form.cleaned_data["wish_hours"]
    return _wish(form, Aspect.HOURS, [str(hours)]) if hours else None


def _wish(
    form: forms.BaseForm,
    aspect: Aspect,
    values: list[str],
    *,
    same_as_mine: bool = False,
) -> Wish | None:
    strength = form.cleaned_data[f"wish_{aspect}_strength"]
    if not strength:
        words = "Say how much it matters: nice, important or must."
        form.add_error(f"wish_{aspect}_strength", words)
        return None
    return Wish(
        aspect=aspect, same_as_mine=same_as_mine, values=values, strength=strength
    )
