"""Made-up rounds for the benchmarks: problems for the engine, without Django."""

from __future__ import annotations

import random
from datetime import date

from matching.engine import Person, Problem, Wish

COUNTRIES = 60
ZONES = [
    "Africa/Nairobi",
    "America/Lima",
    "Asia/Kathmandu",
    "Australia/Sydney",
    "Europe/Oslo",
]
TOKENS = {
    "country": [f"C{k}" for k in range(COUNTRIES)],
    "workplace": [f"w{k}" for k in range(12)],
    "role": [f"r{k}" for k in range(12)],
    "career_stage": [f"s{k}" for k in range(6)],
    "interests": [f"i{k}" for k in range(28)],
}


def invented(count: int, seed: int = 1) -> Problem:
    """A round with a long tail of countries, a few languages and up to four wishes each.

    A third come back, and one in twenty of these was unlucky, so that every level counts.
    """
    chance = random.Random(seed)
    long_tail = [1 / (k + 2) for k in range(COUNTRIES)]
    people = tuple(_person(number, chance, long_tail) for number in range(count))
    return Problem(people, date(2026, 9, 1), date(2026, 12, 31))


def _person(number: int, chance: random.Random, long_tail: list[float]) -> Person:
    [country] = chance.choices(TOKENS["country"], long_tail)
    offers = {aspect: frozenset({chance.choice(TOKENS[aspect])}) for aspect in TOKENS}
    offers["country"] = frozenset({country})
    offers["interests"] = frozenset(chance.sample(TOKENS["interests"], 4))
    comes_back = chance.random() < 1 / 3
    return Person(
        id=number,
        country=country,
        zone=ZONES[int(country[1:]) % len(ZONES)],
        languages=frozenset({"en"} if chance.random() < 0.9 else {"en", "es"}),
        offers=offers,
        wishes=tuple(_wishes(chance)),
        unlucky=comes_back and chance.random() < 1 / 20,
        past_countries=frozenset(chance.sample(TOKENS["country"], 2))
        if comes_back
        else frozenset(),
    )


def _wishes(chance: random.Random) -> list[Wish]:
    aspects = chance.sample(list(TOKENS), chance.choice([0, 1, 2, 2, 3, 4]))
    strengths = ["nice", "important", "must"]
    return [
        Wish(
            aspect,
            frozenset(chance.sample(TOKENS[aspect], 2)),
            chance.choices(strengths, [6, 4, 0.2])[0],
        )
        for aspect in aspects
    ]
