"""Answers in words, to be checked before they are sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from participants.forms.application import ApplicationForm
from participants.forms.rows import KINDS, VISIBILITIES
from participants.forms.steps import STEPS, Step
from participants.models import SpokenLanguage

MEETS_THREE = {True: "Fine with me", False: "I would rather meet one partner"}


@dataclass(frozen=True)
class Line:
    """One thing in an answer: `strong` is what was chosen, the rest leads to it."""

    strong: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Row:
    label: str
    lines: tuple[Line, ...]
    otherwise: str = "Not answered yet"
    is_prose: bool = False


@dataclass(frozen=True)
class Compared:
    """A row, and whether it is what it was in the last round; None without one."""

    row: Row
    as_last_time: bool | None


@dataclass(frozen=True)
class Group:
    step: Step
    rows: list[Compared]


def review(form: ApplicationForm, last: ApplicationForm | None) -> list[Group]:
    """All answers by step, beside those of the last round; what is wrong with one stays out."""
    then = _rows(last) if last else {}
    return [
        Group(
            STEPS_BY_SLUG[slug],
            [Compared(row, row in then[slug] if last else None) for row in rows],
        )
        for slug, rows in _rows(form).items()
    ]


STEPS_BY_SLUG = {step.slug: step for step in STEPS}


def _rows(form: ApplicationForm) -> dict[str, list[Row]]:
    form.full_clean()
    return {
        "you": [_own(form, "name"), _own(form, "email")],
        "place": [_chosen(form, "country"), _chosen(form, "time_zone")],
        "work": [
            Row("Languages", tuple(map(_language, form.languages))),
            *(_chosen(form, name) for name in ("workplace", "role", "career_stage")),
        ],
        "interests": [_chosen(form, "interests"), _own(form, "about", is_prose=True)],
        "contact": [
            Row("Besides mail", tuple(_channels(form)), "Nothing: mail only"),
            Row(
                "A group of three",
                (Line(MEETS_THREE[form.cleaned_data["accepts_three"]]),),
            ),
        ],
        "wishes": [
            Row("Wishes", tuple(_wishes(form)), "None: I am happy with anyone"),
            _own(form, "wishes_text", "Nothing more", is_prose=True),
        ],
    }


def _own(
    form: ApplicationForm,
    name: str,
    otherwise: str = Row.otherwise,
    *,
    is_prose: bool = False,
) -> Row:
    words = form.cleaned_data.get(name)
    label = str(form.fields[name].label)
    return Row(label, (Line(words),) if words else (), otherwise, is_prose)


def _chosen(form: ApplicationForm, name: str) -> Row:
    field = form.fields[name]
    told = form.cleaned_data.get(name) or []
    codes: Iterable[str] = [told] if isinstance(told, str) else told
    labels = field.labels  # type: ignore[attr-defined]
    return Row(str(field.label), tuple(Line(labels[code]) for code in codes))


def _language(spoken: SpokenLanguage) -> Line:
    return Line(spoken.name, after=f", {spoken.get_comfort_display()}")


def _channels(form: ApplicationForm) -> Iterator[Line]:
    for channel in form.channels:
        seen_by = VISIBILITIES[channel.visible_to]
        yield Line(channel.handle, f"{KINDS[channel.kind]}: ", f" (for {seen_by})")


def _wishes(form: ApplicationForm) -> Iterator[Line]:
    for wish in form.wishes:
        begins, accepts = form.terms.sentence(wish)
        yield Line(accepts, f"{begins} ", f" · {wish.get_strength_display()}")
