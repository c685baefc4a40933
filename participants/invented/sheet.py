"""Invented people as the table that import_applications reads."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from participants.invented.people import invent
from participants.invented.person import Aspect, Hope, Person
from participants.places import country_name, languages
from participants.terms import Terms

SEPARATOR = " | "
COLUMNS = [
    "name",
    "email",
    "country",
    "time_zone",
    "languages",
    "workplace",
    "role",
    "career_stage",
    "interests",
    "about",
    "accepts_three",
    *(f"wish_{aspect.value}" for aspect in Aspect),
    "wishes_text",
    "channels",
]


def applications_csv(count: int, seed: int) -> str:
    """`count` invented people, one a line; the same text for the same count and seed."""
    return as_csv(invent(count, seed))


def as_csv(people: Iterable[Person]) -> str:
    terms = Terms()
    sheet = StringIO()
    table = csv.DictWriter(sheet, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(_row(person, terms) for person in people)
    return sheet.getvalue()


def _row(person: Person, terms: Terms) -> dict[str, str]:
    return {
        "name": person.name,
        "email": person.email,
        "country": country_name(person.country.code),
        "time_zone": person.time_zone,
        "languages": _joined(
            f"{languages()[code]}: {comfort.label}"
            for code, comfort in person.languages.items()
        ),
        "workplace": terms.label(Aspect.WORKPLACE, person.workplace),
        "role": terms.label(Aspect.ROLE, person.role),
        "career_stage": terms.label(Aspect.CAREER_STAGE, person.career_stage),
        "interests": _joined(
            terms.label(Aspect.INTERESTS, slug) for slug in person.interests
        ),
        "about": person.about,
        "accepts_three": "yes" if person.accepts_three else "no",
        "wishes_text": person.wishes_text,
        "channels": _joined(person.channels),
        **{f"wish_{hope.aspect.value}": _wish(hope, terms) for hope in person.hopes},
    }


def _wish(hope: Hope, terms: Terms) -> str:
    if not hope.values:
        return f"{hope.strength.value}: same as mine"
    if hope.aspect == Aspect.HOURS:
        return f"{hope.strength.value}: {hope.values[0]}"
    wanted = _joined(terms.label(hope.aspect, value) for value in hope.values)
    return f"{hope.strength.value}: {wanted}"


def _joined(parts: Iterable[str]) -> str:
    return SEPARATOR.join(parts)
