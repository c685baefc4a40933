"""The words of the problem: people, their wishes, the rules, the levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from matching.engine.scoring.aspects import ASPECTS

STRENGTHS = {"nice": 2, "important": 3, "must": 4}
LEVELS = ("none_met", "bad_luck", "wishes", "hours", "new_countries")


@dataclass(frozen=True)
class Wish:
    """One aspect of the hoped-for partner, with all that would do.

    `accepted` holds tokens as partners offer them; for hours, one number of hours a day.
    """

    aspect: str
    accepted: frozenset[str]
    strength: str = "nice"

    def __post_init__(self) -> None:
        if self.aspect not in ASPECTS:
            raise ValueError(f"{self.aspect!r} is not an aspect that one can wish for.")
        if self.strength not in STRENGTHS:
            raise ValueError(f"{self.strength!r} is not a strength of a wish.")
        ASPECTS[self.aspect].check(self.accepted)


@dataclass(frozen=True)
class Person:
    """Somebody to be matched.

    `offers` holds, by aspect, the tokens that another person's wish may accept, such as
    {"country": {"PE", "region:latin-america-and-the-caribbean"}}. `languages` are those the
    person is at ease with; `past_countries` those of earlier partners, for people who come back.
    """

    id: int
    country: str
    zone: str
    languages: frozenset[str]
    offers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    wishes: tuple[Wish, ...] = ()
    accepts_three: bool = True
    unlucky: bool = False
    past_countries: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Problem:
    """A round to be matched.

    `apart` and `together` hold person ids in any order: vetoes and past partners, and pins.
    Apart are pairs; together are pairs, or three who are to be a group of three, in so far as
    all of them are here. Hours awake together are averaged from `starts` to `ends`, both
    included.

    `earlier` holds the pairs of an earlier proposal, of which the best matching keeps as many
    as it can: all else being equal, or with `keep_before` at the cost of that level and of
    those below it. A group of three is three pairs.
    """

    people: tuple[Person, ...]
    starts: date
    ends: date
    apart: frozenset[frozenset[int]] = frozenset()
    together: frozenset[frozenset[int]] = frozenset()
    levels: tuple[str, ...] = LEVELS
    seed: int = 0
    earlier: frozenset[frozenset[int]] = frozenset()
    keep_before: str = ""

    def __post_init__(self) -> None:
        if len({person.id for person in self.people}) != len(self.people):
            raise ValueError("Two people share an id.")
        if sorted(self.levels) != sorted(LEVELS):
            raise ValueError(f"The levels are {', '.join(LEVELS)}, each once.")
        if self.keep_before and self.keep_before not in LEVELS:
            raise ValueError(
                f"{self.keep_before!r} is not a level to keep pairs before."
            )
        if any(len(pin) not in (2, 3) for pin in self.together):
            raise ValueError("A pin holds two or three people.")
        if self.ends < self.starts:
            raise ValueError("The round ends before it starts.")

    def ordered(self) -> tuple[Person, ...]:
        """People by id, so that the order of the rows never matters."""
        return tuple(sorted(self.people, key=lambda person: person.id))
