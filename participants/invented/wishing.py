"""What people wish for in a partner."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import islice

from participants.invented.draw import Draw
from participants.invented.person import (
    Aspect,
    Comfort,
    Hope,
    Person,
    Strength,
)
from participants.invented.settling import countries
from participants.places import REGION_PREFIX, region_of

HOW_MANY = {0: 12, 1: 20, 2: 26, 3: 20, 4: 12, 5: 7, 6: 3}
WHAT = {
    Aspect.COUNTRY: 28,
    Aspect.WORKPLACE: 30,
    Aspect.INTERESTS: 24,
    Aspect.ROLE: 14,
    Aspect.CAREER_STAGE: 10,
    Aspect.LANGUAGE: 12,
    Aspect.HOURS: 8,
}
HOW_MUCH = {Strength.NICE: 52, Strength.IMPORTANT: 43, Strength.MUST: 5}
# Of a hundred wishes, how many are for the same as one's own.
THE_SAME = {
    Aspect.COUNTRY: 12,
    Aspect.WORKPLACE: 60,
    Aspect.INTERESTS: 65,
    Aspect.ROLE: 55,
    Aspect.CAREER_STAGE: 60,
    Aspect.LANGUAGE: 35,
    Aspect.HOURS: 0,
}
HOURS = {"2": 30, "3": 35, "4": 25, "5": 10}
VALUES = {1: 55, 2: 30, 3: 15}
ENOUGH = 12  # people who would do for somebody with a must

Shares = dict[Aspect, dict[str, int]]


def hopes(draw: Draw, person: Person, shares: Shares) -> list[Hope]:
    """None to six; whoever has one language alone does not ask for it."""
    what = {
        **WHAT,
        Aspect.LANGUAGE: WHAT[Aspect.LANGUAGE] * (len(person.languages) > 1),
    }
    aspects = draw.several(what, draw.by_share(HOW_MANY))
    return [_hope(draw, person, aspect, shares) for aspect in sorted(aspects)]


def _hope(draw: Draw, person: Person, aspect: Aspect, shares: Shares) -> Hope:
    strength = draw.by_share(HOW_MUCH)
    if draw.chance(THE_SAME[aspect]):
        return Hope(aspect, strength)
    return Hope(aspect, strength, _values(draw, person, aspect, shares))


def _values(
    draw: Draw, person: Person, aspect: Aspect, shares: Shares
) -> tuple[str, ...]:
    if aspect == Aspect.HOURS:
        return (draw.by_share(HOURS),)
    if aspect == Aspect.COUNTRY:
        return _places(draw, person)
    if aspect == Aspect.LANGUAGE:
        return (_language(draw, person),)
    return tuple(draw.several(shares[aspect], draw.by_share(VALUES)))


def _places(draw: Draw, person: Person) -> tuple[str, ...]:
    """Countries other than one's own, or one region of the world."""
    shares = {code: country.share for code, country in countries().items()}
    del shares[person.country.code]
    places = draw.several(shares, draw.by_share(VALUES))
    if draw.chance(30):
        return (REGION_PREFIX + region_of(places[0]),)
    return tuple(places)


def _language(draw: Draw, person: Person) -> str:
    """One that they are learning, if they are, or one that they know well."""
    learning = [code for code, how in person.languages.items() if how == Comfort.SOME]
    return draw.pick(learning or person.at_ease)


def soften_musts(people: list[Person], dependent: Iterable[Person]) -> None:
    """Turn each must that too few people could meet into an important wish."""
    fragile = set(dependent)
    enough = min(ENOUGH, max(2, len(people) // 8))
    for person in people:
        if not _musts(person):
            continue
        would_do = filter(_would_do(person), people)
        if person in fragile or len(list(islice(would_do, enough))) < enough:
            person.hopes = [_softened(hope) for hope in person.hopes]


def _musts(person: Person) -> list[Hope]:
    return [hope for hope in person.hopes if hope.strength == Strength.MUST]


def _softened(hope: Hope) -> Hope:
    softer = Strength.IMPORTANT if hope.strength == Strength.MUST else hope.strength
    return Hope(hope.aspect, softer, hope.values)


def _would_do(person: Person) -> Callable[[Person], bool]:
    def judge(other: Person) -> bool:
        return (
            person.could_talk_with(other)
            and all(_meets(hope, person, other) for hope in _musts(person))
            and all(_meets(hope, other, person) for hope in _musts(other))
        )

    return judge


def _meets(hope: Hope, person: Person, other: Person) -> bool:
    """Does the other meet the hope? Any two places share some hours, so hours are met."""
    if hope.aspect == Aspect.HOURS:
        return True
    wanted = hope.values or _own(person, hope.aspect)
    return not set(wanted).isdisjoint(_own(other, hope.aspect))


def _own(person: Person, aspect: Aspect) -> Collection[str]:
    match aspect:
        case Aspect.COUNTRY:
            code = person.country.code
            return [code, REGION_PREFIX + region_of(code)]
        case Aspect.LANGUAGE:
            return person.at_ease
        case Aspect.INTERESTS:
            return person.interests
    return [getattr(person, aspect.value)]
