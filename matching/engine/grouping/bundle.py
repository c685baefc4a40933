"""What each of many groups of three can lead to at most, learnt from those that were tried.

The best pairs beside one group of three come with prices. Once its own three have prices, too,
that cover all their pairs, these bound what any other group leads to. The least of all bounds
counts, so that a few groups that are tried settle thousands of others (a bundle of dual
solutions, as in Lemaréchal, An extension of Davidon methods to non differentiable problems,
1975).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.engine.grouping.trios import Trio, worth
from matching.engine.scoring.scores import Scores
from matching.engine.solution import Certificate
from matching.engine.solving.weights import Ints

NEVER = int(np.iinfo(np.int64).min)


class Bundle:
    """Groups of three (m, 3), and by how much each may lead to more than `value`, at most.

    excess (m,): what is known so far; unseen: the same of all groups that are not listed.
    `value`: of one group and the pairs beside it. `gone` are in neither: people in other groups
    of three, and chairs that nobody needs.
    """

    def __init__(
        self,
        scores: Scores,
        trios: Sequence[Trio],
        excess: Sequence[int],
        value: int,
        gone: Sequence[int],
        unseen: int,
    ) -> None:
        self.scores = scores
        self.trios = np.array(trios, dtype=np.int64).reshape(-1, 3)
        self.worth = worth(scores, *self.trios.T)
        self.excess = np.array(excess, dtype=np.int64)
        self.value, self.unseen = value, unseen
        people = np.arange(len(scores.people))
        self.here = people[~np.isin(people, gone)]
        self.gone = gone

    def most(self) -> int:
        """What any of the listed groups may lead to, at most, beyond the value."""
        return int(self.excess.max(initial=NEVER))

    def most_promising(self) -> tuple[int, Trio]:
        place = int(self.excess.argmax())
        a, b, c = self.trios[place].tolist()
        return place, (a, b, c)

    def rule_out(self, place: int) -> None:
        self.excess[place] = NEVER

    def learn(self, trio: Trio, proof: Certificate) -> None:
        """Bound all groups by the prices that prove the best pairs beside this one."""
        prices, own = self._with_prices_for(trio, proof)
        known = sum(proof.prices[k] for k in [*trio, *self.gone])
        base = proof.total - known + own - self.value * proof.scale
        bound = self.worth * proof.scale + base - prices[self.trios].sum(axis=1)
        for members, price in proof.odd_sets:
            inside = np.isin(self.trios, members).sum(axis=1)
            bound -= price * (inside >= 2)
        self.excess = np.minimum(self.excess, bound // proof.scale)

    def _with_prices_for(self, trio: Trio, proof: Certificate) -> tuple[Ints, int]:
        """(n,): the prices, with some for these three that cover their pairs; and their sum."""
        n = len(self.scores.people)
        prices = np.array(proof.prices[:n], dtype=np.int64)
        chairs = [-p for k, p in enumerate(proof.prices[n:], n) if k not in self.gone]
        others = self.here[~np.isin(self.here, trio)]
        own = 0
        for person in trio:
            worths = self.scores.weights[person, others]
            lacking = worths[worths >= 0] * proof.scale - prices[others[worths >= 0]]
            prices[person] = max([*chairs, *lacking.tolist()], default=0)
            own += int(prices[person])
            others = np.append(others, person)
        return prices, own
