"""Languages and channels: a few numbered rows each, so that no script is needed."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from participants.forms.fields import KnownChoiceField, LineField, QuickSelect
from participants.models import Channel, SpokenLanguage
from participants.names import by_plain, language_codes
from participants.places import languages
from participants.retold import CHANNEL_ROWS, LANGUAGE_ROWS

ORDINALS = ["First", "Second", "Third", "Fourth", "Fifth"]
WAYS = ["Another way to reach you", "A second way", "A third way"]

COMFORTS = {str(value): str(label) for value, label in SpokenLanguage.Comfort.choices}
COMFORT_CODES = by_plain(COMFORTS) | {
    "native": "3",
    "mothertongue": "3",
    "good": "2",
    "basic": "1",
}
KINDS = dict(Channel.Kind.choices)
VISIBILITIES = dict(Channel.VisibleTo.choices)
VISIBLE_CODES = by_plain(VISIBILITIES) | {"organiser": "organisers"}


def language_fields() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for n in LANGUAGE_ROWS:
        fields[f"language_{n}"] = KnownChoiceField(
            languages(),
            codes=language_codes(),
            noun="a language",
            empty="Choose a language" if n == 1 else "None",
            widget=QuickSelect,
            required=False,
            label=f"{ORDINALS[n - 1]} language",
        )
        fields[f"comfort_{n}"] = KnownChoiceField(
            COMFORTS,
            codes=COMFORT_CODES,
            noun="a level",
            empty="How well?",
            required=False,
            label=f"{ORDINALS[n - 1]} language: how well",
        )
    return fields


def channel_fields() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for n in CHANNEL_ROWS:
        fields[f"channel_{n}"] = KnownChoiceField(
            KINDS,
            noun="a way to reach you that",
            empty="None",
            required=False,
            label=WAYS[n - 1],
        )
        fields[f"handle_{n}"] = LineField(
            required=False, max_length=200, label="Number, name or link"
        )
        fields[f"visible_{n}"] = KnownChoiceField(
            VISIBILITIES,
            codes=VISIBLE_CODES,
            noun="a group of people",
            initial=Channel.VisibleTo.PARTNER,
            required=False,
            label="Who may see it",
        )
    return fields


def clean_languages(form: forms.BaseForm) -> list[SpokenLanguage]:
    """The rows that are filled, after naming what is wrong with them."""
    rows: dict[str, SpokenLanguage] = {}
    if "language_1" not in form.fields:
        return []
    data = form.cleaned_data
    for n in LANGUAGE_ROWS:
        code, comfort = data.get(f"language_{n}"), data.get(f"comfort_{n}")
        if code in rows:
            form.add_error(f"language_{n}", "This language is in the list twice.")
        elif code and comfort:
            rows[code] = SpokenLanguage(code=code, comfort=int(comfort))
        elif code and f"comfort_{n}" in data:
            words = f"Say how well you speak {languages()[code]}: a little, at ease or fluent."
            form.add_error(f"comfort_{n}", words)
        elif comfort and f"language_{n}" in data:
            form.add_error(f"language_{n}", "Choose the language that you mean.")
    _need_one_at_ease(form, rows)
    return list(rows.values())


def _need_one_at_ease(form: forms.BaseForm, rows: Mapping[str, SpokenLanguage]) -> None:
    at_ease = SpokenLanguage.Comfort.AT_EASE
    if any(row.comfort >= at_ease for row in rows.values()):
        return
    names = {f"{part}_{n}" for n in LANGUAGE_ROWS for part in ("language", "comfort")}
    if not names & form.errors.keys():
        words = "Name at least one language that you are at ease with or fluent in."
        form.add_error("language_1", words)


def clean_channels(form: forms.BaseForm) -> list[Channel]:
    rows: dict[str, Channel] = {}
    data = form.cleaned_data
    for n in CHANNEL_ROWS:
        kind, handle = data.get(f"channel_{n}"), data.get(f"handle_{n}")
        if kind in rows:
            form.add_error(f"channel_{n}", "This way is in the list twice.")
        elif kind and handle:
            visible_to = data.get(f"visible_{n}") or Channel.VisibleTo.PARTNER
            rows[kind] = Channel(kind=kind, handle=handle, visible_to=visible_to)
        elif kind and f"handle_{n}" in data:
            form.add_error(f"handle_{n}", "Write the number, name or link for it.")
        elif handle and f"channel_{n}" in data:
            form.add_error(
                f"channel_{n}", "Say what kind of number, name or link it is."
            )
    return list(rows.values())
