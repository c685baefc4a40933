"""Why a wish was met or not, worked out from the round itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matching.engine.problem import Wish
from matching.engine.questions.threes import best_that_meets
from matching.engine.questions.whatif import Group, WhatIf
from matching.engine.scoring.aspects import ASPECTS
from matching.engine.scoring.scores import Scores

NOBODY_OFFERS = "nobody_offers"
NOBODY_POSSIBLE = "nobody_possible"  # only people who may not be their partner do
# To meet the wish would …
SOMEBODY_ALONE = "somebody_alone"  # … leave more people without a partner
NOTHING_MET = "nothing_met"  # … leave more people with none of their wishes met
OTHERS_LOSE = "others_lose"  # … lose more at another level
EQUAL = "equal"  # … be as good: the draw decided
# The best matching needs these people elsewhere: all that is said in rounds too large to
# ask, and where a price would leave 64 bits.
OTHERS_FIRST = "others_first"
PRIZE = (
    4  # in steps of the first level: more than a wish of one person should cost others
)
SIGN_OF_LIFE = 16  # explanations between two reports: at most a few seconds
BITS = {name: bit for bit, name in enumerate(ASPECTS)}


@dataclass(frozen=True)
class Verdict:
    """How one wish fares in a match.

    `asked`: how many people have the same wish; `offered`: how many others would meet it;
    `possible`: how many of those this person may be paired with. `reason` is empty for a met
    wish; else it is one of the above. `price`: what the best matching that meets it loses, by
    level from the first, without zeros; "alone" counts people.
    """

    wish: Wish
    met: bool
    reason: str
    asked: int
    offered: int
    possible: int
    price: Mapping[str, int] = field(default_factory=dict)


class Reasons:
    """The verdicts on all wishes of a round, in its best matching."""

    def __init__(
        self,
        scores: Scores,
        questions: WhatIf | None,
        report: Callable[[], None] = lambda: None,
    ) -> None:
        """`questions` about this matching, if there are any; `report` is called now and then."""
        self.scores = scores
        self.questions = questions
        self.report = report
        self.explained = 0
        self.asked = Counter(
            (wish.aspect, wish.accepted)
            for person in scores.people
            for wish in person.wishes
        )

    def verdicts(self, person: int, partners: Group) -> list[Verdict]:
        """How each wish of a person (by index) fares with these partners."""
        return [
            self._verdict(person, partners, wish)
            for wish in self.scores.people[person].wishes
        ]

    def _verdict(self, person: int, partners: Group, wish: Wish) -> Verdict:
        meets = (self.scores.met[person] >> BITS[wish.aspect] & 1).astype(np.bool_)
        meets[person] = False
        possible = meets & self.scores.allowed[person]
        met = bool(meets[list(partners)].any())
        reason, price = "", dict[str, int]()
        if not met and not meets.any():
            reason = NOBODY_OFFERS
        elif not met and not possible.any():
            reason = NOBODY_POSSIBLE
        elif not met:
            reason, price = self._why_not(person, BITS[wish.aspect], possible)
        return Verdict(
            wish=wish,
            met=met,
            reason=reason,
            asked=self.asked[wish.aspect, wish.accepted],
            offered=int(meets.sum()),
            possible=int(possible.sum()),
            price=price,
        )

    def _why_not(
        self, person: int, bit: int, possible: NDArray[np.bool_]
    ) -> tuple[str, dict[str, int]]:
        """Why none of these is this person's partner."""
        if self.questions is None:
            return OTHERS_FIRST, {}
        in_threes = self.questions.threes.keys()
        partners = sorted(set(np.flatnonzero(possible).tolist()) - in_threes)
        try:
            if person in in_threes or not partners:
                price = self._price_with_threes(self.questions, person, bit)
            else:
                price = self.questions.among_indices(person, partners).price
        except OverflowError:  # dearer than 64 bits can tell
            return OTHERS_FIRST, {}
        self._report_now_and_then()
        return (OTHERS_FIRST, {}) if price is None else (_reason(price), price)

    def _price_with_threes(
        self, questions: WhatIf, person: int, bit: int
    ) -> dict[str, int] | None:
        """The same where groups of three have to be chosen anew; None if it is not known."""
        prize = PRIZE * questions.units[0][1]
        value = best_that_meets(self.scores, person, bit, prize)
        return None if value is None else questions.lost(value)

    def _report_now_and_then(self) -> None:
        self.explained += 1
        if self.explained % SIGN_OF_LIFE == 0:
            self.report()


def _reason(price: Mapping[str, int]) -> str:
    """By the first level that loses."""
    reasons = {"": EQUAL, "alone": SOMEBODY_ALONE, "none_met": NOTHING_MET}
    return reasons.get(next(iter(price), ""), OTHERS_LOSE)
