"""Who has changed since a draft was found: as it was told of them, beside what they say now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from matching.engine import Person
from matching.told import Changed
from matching.wording import joined
from participants.models import Application, Wish
from participants.places import country_name, languages
from participants.terms import VOCABULARIES, Terms

NOTHING = "–"


@dataclass(frozen=True)
class Difference:
    """One thing that somebody said, then and now."""

    what: str
    then: str
    now: str


@dataclass(frozen=True)
class BothVersions:
    """Somebody who has changed, with what is known of it; `gone` where they are no longer in."""

    application: Application
    gone: str
    differences: list[Difference]


def both_versions(changed: Iterable[Changed], terms: Terms) -> list[BothVersions]:
    """By name."""
    found = [
        BothVersions(one.application, _gone(one), _differences(one, terms))
        for one in changed
    ]
    return sorted(found, key=lambda one: one.application.name)


def _gone(one: Changed) -> str:
    if not one.is_gone:
        return ""
    withdrawn = one.application.withdrawn_at
    return "They have withdrawn." if withdrawn else "They are not confirmed any more."


def _differences(one: Changed, terms: Terms) -> list[Difference]:
    if one.then is None or one.now is None:
        return []
    then, now = (dict(_facts(person, terms)) for person in (one.then, one.now))
    return [
        Difference(what, then.get(what, NOTHING), now.get(what, NOTHING))
        for what in [*then, *(now.keys() - then.keys())]
        if then.get(what) != now.get(what)
    ]


def _facts(person: Person, terms: Terms) -> Iterator[tuple[str, str]]:
    """All that the engine is told, in people's words."""
    spoken = languages()
    yield "Country", country_name(person.country)
    yield "Time zone", person.zone
    yield (
        "Languages at ease with",
        joined(sorted(spoken.get(code, code) for code in person.languages)),
    )
    for aspect in VOCABULARIES:
        values = person.offers.get(aspect.value, frozenset())
        words = joined(sorted(terms.label(aspect, value) for value in values))
        yield aspect.label.capitalize(), words
    yield "A group of three", "fine" if person.accepts_three else "rather not"
    for wish in person.wishes:
        aspect = Wish.Aspect(wish.aspect)
        wanted = sorted(terms.label(aspect, value) for value in wish.accepted)
        strength = Wish.Strength(wish.strength).label
        yield f"Wish: {aspect.label}", f"{joined(wanted, 'or')} ({strength})"
