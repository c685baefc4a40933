"""How many people live where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from heapq import heapify, heappop, heappush
from itertools import pairwise

from participants.invented.draw import Draw, read

# A small round reaches few countries, and a large one not many more.
COUNTRIES = [(0, 1), (10, 6), (40, 12), (92, 20), (400, 45), (860, 70), (1600, 85)]
LARGEST_SHARE = 5  # a fifth: no country has more


@dataclass(frozen=True)
class Community:
    """People with one stock of names and the same languages at home, their own first."""

    names: str
    speaks: tuple[str, ...]
    weight: int


@dataclass(frozen=True)
class Country:
    code: str
    share: int
    english: int
    also: tuple[str, ...]
    towns: tuple[tuple[str, str], ...]
    communities: tuple[Community, ...]


@cache
def countries() -> dict[str, Country]:
    return {
        code: Country(
            code=code,
            share=place["share"],
            english=place["english"],
            also=tuple(place.get("also", [])),
            towns=tuple(
                (town, zone) for zone, towns in place["towns"].items() for town in towns
            ),
            communities=tuple(
                Community(each["names"], tuple(each["speaks"]), each.get("weight", 1))
                for each in place["communities"]
            ),
        )
        for code, place in read("places.toml").items()
    }


def settle(draw: Draw, count: int) -> list[Country]:
    """A country for each person, in the order in which they apply."""
    everywhere = countries()
    largest = max(1, count // LARGEST_SHARE)
    shares = {code: country.share for code, country in everywhere.items()}
    reached = draw.several(shares, _number_of_countries(count, largest))
    people = _divide({code: shares[code] for code in reached}, count, largest)
    return [everywhere[code] for code in draw.shuffled(people)]


def _number_of_countries(count: int, largest: int) -> int:
    """As many as rounds of this size reach, and enough for nobody to be too large."""
    enough = -(-count // largest)
    for (small, few), (large, many) in pairwise(COUNTRIES):
        if count <= large:
            usual = few + (count - small) * (many - few) // (large - small)
            return max(enough, min(count, usual))
    return COUNTRIES[-1][1]


def _divide(shares: dict[str, int], count: int, largest: int) -> list[str]:
    """One person for each country, and the others by share up to the largest allowed."""
    people = dict.fromkeys(shares, 1)
    waiting = [(-share / 2, code) for code, share in shares.items() if largest > 1]
    heapify(waiting)
    for _ in range(count - len(people)):
        _, code = heappop(waiting)
        people[code] += 1
        if people[code] < largest:
            heappush(waiting, (-shares[code] / (people[code] + 1), code))
    return [code for code, number in people.items() for _ in range(number)]
