"""Why a wish was met or not, counted from the round itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from matching.engine.aspects import ASPECTS
from matching.engine.problem import Wish
from matching.engine.scoring import Scores

NOBODY_OFFERS = "nobody_offers"
NOBODY_POSSIBLE = "nobody_possible"
OTHERS_FIRST = "others_first"
BITS = {name: bit for bit, name in enumerate(ASPECTS)}


@dataclass(frozen=True)
class Verdict:
    """How one wish fares in a match.

    `asked`: how many people have the same wish; `offered`: how many others would meet it;
    `possible`: how many of those this person may be paired with. `reason` is empty for a met wish;
    else nobody offers it, or only people who may not be paired with this person do, or the
    best matching for everyone needed those people elsewhere.
    """

    wish: Wish
    met: bool
    reason: str
    asked: int
    offered: int
    possible: int


class Reasons:
    """The verdicts on all wishes of a round."""

    def __init__(self, scores: Scores) -> None:
        self.scores = scores
        self.asked = Counter(
            (wish.aspect, wish.accepted)
            for person in scores.people
            for wish in person.wishes
        )

    def verdicts(self, person: int, partners: tuple[int, ...]) -> list[Verdict]:
        """How each wish of a person (by index) fares with these partners."""
        return [
            self._verdict(person, partners, wish)
            for wish in self.scores.people[person].wishes
        ]

    def _verdict(self, person: int, partners: tuple[int, ...], wish: Wish) -> Verdict:
        meets = (self.scores.met[person] >> BITS[wish.aspect] & 1).astype(np.bool_)
        meets[person] = False
        offered = int(meets.sum())
        possible = int((meets & self.scores.allowed[person]).sum())
        met = bool(meets[list(partners)].any())
        return Verdict(
            wish=wish,
            met=met,
            reason="" if met else _why_not(offered, possible),
            asked=self.asked[wish.aspect, wish.accepted],
            offered=offered,
            possible=possible,
        )


def _why_not(offered: int, possible: int) -> str:
    if not offered:
        return NOBODY_OFFERS
    return OTHERS_FIRST if possible else NOBODY_POSSIBLE
