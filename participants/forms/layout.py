"""The sections of the application form, in the order of the page."""

from __future__ import annotations

from dataclasses import dataclass, field

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms

from participants.forms.rows import CHANNEL_ROWS, LANGUAGE_ROWS
from participants.models import Wish

Group = tuple[str, ...]  # fields that stand side by side

SUBMIT = "<p class='actions'><button class='button'>{}</button></p>"


@dataclass(frozen=True)
class Section:
    legend: str
    groups: list[Group]
    intro: str = ""
    css_class: str = field(default="row")


def _wish(aspect: Wish.Aspect) -> Group:
    name = f"wish_{aspect}"
    if aspect == Wish.Aspect.HOURS:
        return (name, f"{name}_strength")
    return (name, f"{name}_values", f"{name}_strength")


SECTIONS = [
    Section("Who you are", [("name",), ("email",)]),
    Section("Where you are", [("country",), ("time_zone",)]),
    Section(
        "Your languages",
        [(f"language_{n}", f"comfort_{n}") for n in LANGUAGE_ROWS],
        "You and your partner will share a language that you are both at ease with.",
    ),
    Section("Your work", [("workplace",), ("role",), ("career_stage",)]),
    Section("Your interests", [("interests",)]),
    Section("About you", [("about",)]),
    Section(
        "How to reach you",
        [(f"channel_{n}", f"handle_{n}", f"visible_{n}") for n in CHANNEL_ROWS],
        "Your partner gets your mail address. Other ways are up to you.",
    ),
    Section(
        "A group of three",
        [("accepts_three",)],
        "When the number of people is odd, three of them meet.",
    ),
    Section(
        "Whom would you like to meet?",
        [_wish(aspect) for aspect in Wish.Aspect],
        "All optional. Say how much each wish matters: a <strong>must</strong> that nobody "
        "can meet leaves you without a partner, so use it with care.",
        css_class="wish",
    ),
    Section("In your words", [("wishes_text",)]),
    Section(
        "Before you send it",
        [("agree_conduct",), ("agree_data",)],
        'Please read our <a href="{% url \'rounds:conduct\' %}" target="_blank">code of '
        'conduct</a> and <a href="{% url \'rounds:privacy\' %}" target="_blank">what we do '
        "with your data</a>. Both open in a new tab.",
    ),
]
FIELD_ORDER = [
    name for section in SECTIONS for group in section.groups for name in group
]


def layout(form: forms.BaseForm, button: str) -> Layout:
    """The sections that the form has fields of; a single one needs no legend beside the title."""
    sections = [section for section in SECTIONS if _groups(section, form)]
    alone = len(sections) == 1
    parts = [_part(section, form, alone=alone) for section in sections]
    return Layout(*parts, *([HTML(SUBMIT.format(button))] if button else []))


def _part(section: Section, form: forms.BaseForm, *, alone: bool) -> Fieldset | Div:
    groups = [
        Div(*map(_field, group), css_class=section.css_class)
        if len(group) > 1
        else group[0]
        for group in _groups(section, form)
    ]
    intro = [HTML(f"<p>{section.intro}</p>")] if section.intro else []
    if alone:
        return Div(*intro, *groups, css_class="card")
    return Fieldset(section.legend, *intro, *groups)


def _groups(section: Section, form: forms.BaseForm) -> list[Group]:
    return [group for group in section.groups if set(group) <= form.fields.keys()]


def _field(name: str) -> InlineRadios | str:
    return InlineRadios(name) if name.endswith("_strength") else name
