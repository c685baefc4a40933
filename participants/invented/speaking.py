"""Which languages people speak, and that nobody is left without a word in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from participants.invented.draw import Draw
from participants.invented.person import ENGLISH, Comfort, Person
from participants.invented.settling import Community, Country

# Of a hundred, how many have learnt one of the languages taught around them.
LEARNT = 30
LEARNT_WELL = {Comfort.SOME: 70, Comfort.AT_EASE: 25, Comfort.FLUENT: 5}
SECOND_LANGUAGE = {Comfort.AT_EASE: 35, Comfort.FLUENT: 65}
ENGLISH_AT_WORK = {Comfort.AT_EASE: 60, Comfort.FLUENT: 40}


def languages(draw: Draw, country: Country, community: Community) -> dict[str, Comfort]:
    """Their own first, then what they speak besides at home, English, and what they learnt."""
    own, *besides = community.speaks
    spoken = {own: Comfort.FLUENT}
    spoken |= {code: draw.by_share(SECOND_LANGUAGE) for code in besides}
    if ENGLISH not in spoken:
        good = draw.chance(country.english)
        spoken[ENGLISH] = draw.by_share(ENGLISH_AT_WORK) if good else Comfort.SOME
    if country.also and draw.chance(LEARNT):
        spoken.setdefault(draw.pick(country.also), draw.by_share(LEARNT_WELL))
    return spoken


def build_bridges(people: Iterable[Person]) -> list[Person]:
    """Whoever is not at ease in English gets a possible partner of their own who is.

    Where there is none left, they learn English. Returned are those who depend on
    each other, so that no further demand comes between them.
    """
    bridges = _bilingual(people)
    dependent: list[Person] = []
    for person in people:
        if ENGLISH in person.at_ease:
            continue
        bridge = _bridge_for(person, bridges)
        if bridge is None:
            person.languages[ENGLISH] = Comfort.AT_EASE
            continue
        for code in bridge.at_ease:
            bridges[code].remove(bridge)
        dependent += [person, bridge]
    return dependent


def _bilingual(people: Iterable[Person]) -> dict[str, list[Person]]:
    """By language, who is at ease in it and in English."""
    found = defaultdict(list)
    for person in people:
        if ENGLISH in person.at_ease:
            for code in person.at_ease:
                found[code].append(person)
    return found


def _bridge_for(person: Person, bridges: dict[str, list[Person]]) -> Person | None:
    known = (bridge for code in person.at_ease for bridge in bridges[code])
    return next(filter(person.could_talk_with, known), None)
