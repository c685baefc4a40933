"""What people say about themselves and their hopes."""

from __future__ import annotations

from participants.invented.draw import Draw, read
from participants.invented.person import ENGLISH, Aspect, Comfort, Person
from participants.terms import Terms

PLAIN_PLACES = ["{label} in {town}"]
PLAIN_ROLES = ["{label}: that is my work at {place}."]
PLAIN_INTERESTS = ["{label}: I could talk about that for hours."]


def about(draw: Draw, person: Person, terms: Terms) -> str:
    own, more = _own_language(person), read("words.toml")["more"]
    if ENGLISH not in person.at_ease and "about" in own:
        return draw.pick(own["about"]).format(town=person.town)
    learning = person.languages[ENGLISH] < Comfort.FLUENT
    words = [
        _work(draw, person, terms),
        *_some_of(draw, _said("workplaces", person.workplace, "lines", []), 70),
        _interest(draw, person, terms),
        *_some_of(draw, more["closing"], 65),
        *_some_of(draw, more["learners"], 12 if learning else 0),
        *_some_of(draw, own.get("greetings", []), 15),
    ]
    return " ".join(words)


def wishes_text(draw: Draw, person: Person) -> str:
    if not draw.chance(26):
        return ""
    own = _own_language(person)
    if ENGLISH not in person.at_ease and "wishes" in own:
        return draw.pick(own["wishes"])
    return draw.pick(read("words.toml")["more"]["wishes"])


def _own_language(person: Person) -> dict[str, list[str]]:
    return read("words.toml")["languages"].get(next(iter(person.languages)), {})


def _said(vocabulary: str, slug: str, key: str, plain: list[str]) -> list[str]:
    return read("words.toml")[vocabulary].get(slug, {}).get(key, plain)


def _some_of(draw: Draw, lines: list[str], percent: int) -> list[str]:
    return [draw.pick(lines)] if lines and draw.chance(percent) else []


def _work(draw: Draw, person: Person, terms: Terms) -> str:
    places = _said("workplaces", person.workplace, "places", PLAIN_PLACES)
    place = draw.pick(places).format(
        town=person.town, label=terms.label(Aspect.WORKPLACE, person.workplace)
    )
    return draw.pick(_said("roles", person.role, "lines", PLAIN_ROLES)).format(
        place=place, label=terms.label(Aspect.ROLE, person.role)
    )


def _interest(draw: Draw, person: Person, terms: Terms) -> str:
    first = person.interests[0]
    lines = _said("interests", first, "lines", PLAIN_INTERESTS)
    return draw.pick(lines).format(label=terms.label(Aspect.INTERESTS, first))
