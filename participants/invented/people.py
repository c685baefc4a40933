"""A whole round of invented people."""

from __future__ import annotations

from participants.invented import naming, speaking, telling, wishing
from participants.invented.draw import Draw, read
from participants.invented.person import Aspect, Person
from participants.invented.settling import Country, settle
from participants.terms import VOCABULARIES, Terms

STUDENT, STILL_STUDYING = "student", "still-studying"
WORDS = {
    Aspect.WORKPLACE: "workplaces",
    Aspect.ROLE: "roles",
    Aspect.CAREER_STAGE: "career_stages",
    Aspect.INTERESTS: "interests",
}
NUMBER_OF_INTERESTS = {1: 8, 2: 18, 3: 30, 4: 22, 5: 14, 6: 8}
CHANNELS = {"signal": 25, "whatsapp": 45, "phone": 15, "video": 15}


class EmptyVocabulary(Exception):
    """There are no words to choose from."""


def invent(count: int, seed: int) -> list[Person]:
    """People who can all find a partner, from about forty on."""
    draw, terms = Draw(seed), Terms()
    shares = _shares(terms)
    people = [
        _person(draw, number, country, shares)
        for number, country in enumerate(settle(draw, count), start=1)
    ]
    dependent = speaking.build_bridges(people)
    for person in people:
        person.hopes = wishing.hopes(draw, person, shares)
        person.wishes_text = telling.wishes_text(draw, person)
        person.about = telling.about(draw, person, terms)
    wishing.soften_musts(people, dependent)
    return people


def _shares(terms: Terms) -> wishing.Shares:
    """How often each word is chosen; once where words.toml does not know it."""
    shares = {}
    for aspect, known in WORDS.items():
        offered = terms.offered(aspect)
        if not offered:
            name = VOCABULARIES[aspect]._meta.verbose_name_plural
            raise EmptyVocabulary(f"There are no {name} yet: add some in the admin.")
        said = read("words.toml")[known]
        shares[aspect] = {slug: said.get(slug, {}).get("share", 1) for slug in offered}
    return shares


def _person(
    draw: Draw, number: int, country: Country, shares: wishing.Shares
) -> Person:
    community = draw.by_share({each: each.weight for each in country.communities})
    name = naming.name(draw, community.names)
    town, time_zone = draw.pick(country.towns)
    workplace = draw.by_share(shares[Aspect.WORKPLACE])
    role = _role(draw, workplace, shares[Aspect.ROLE])
    interests = shares[Aspect.INTERESTS]
    return Person(
        name=name.shown,
        email=f"{name.address}.{number}@{workplace}.example",
        country=country,
        town=town,
        time_zone=time_zone,
        languages=speaking.languages(draw, country, community),
        workplace=workplace,
        role=role,
        career_stage=_career_stage(draw, role, shares[Aspect.CAREER_STAGE]),
        interests=draw.several(interests, draw.by_share(NUMBER_OF_INTERESTS)),
        accepts_three=draw.chance(85),
        channels=_channels(draw, number),
    )


def _role(draw: Draw, workplace: str, shares: dict[str, int]) -> str:
    """One that people have in this kind of workplace, where we know."""
    typical = read("words.toml")["workplaces"].get(workplace, {}).get("roles", [])
    there = {role: shares[role] for role in typical if role in shares}
    return draw.by_share(there or shares)


def _career_stage(draw: Draw, role: str, shares: dict[str, int]) -> str:
    if role == STUDENT and STILL_STUDYING in shares:
        return STILL_STUDYING
    return draw.by_share(shares)


def _channels(draw: Draw, number: int) -> list[str]:
    """One or two more ways to be reached. No telephone in the world begins with +999."""
    if not draw.chance(35):
        return []
    kinds = draw.several(CHANNELS, 2 if draw.chance(20) else 1)
    seen_by = " (organisers)" if draw.chance(25) else ""
    return [f"{kind}: {_handle(kind, number)}{seen_by}" for kind in kinds]


def _handle(kind: str, number: int) -> str:
    if kind == "video":
        return f"https://meet.example/room-{number}"
    return f"+999 {number:07}"
