"""What it would cost to meet a wish where groups of three must be chosen anew.

The wish gets a prize that only it can win, and the whole round is solved once more. If the
prize is won, no groups that meet the wish are worth more, since all of them win the same.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.engine.grouping.groups import best_groups
from matching.engine.scoring.scores import Scores
from matching.engine.solving.weights import MOST_WORTH


def best_that_meets(scores: Scores, person: int, bit: int, prize: int) -> int | None:
    """What the best groups are worth that meet a wish of a person (both by index and bit).

    As few people stay alone, in as few groups of three, as if nobody had asked. None where
    that meets no such wish, or loses more than `prize`, or where that is not proven;
    OverflowError where prices would leave 64 bits.
    """
    prize = min(prize, MOST_WORTH - int(scores.weights.max()))
    if prize <= 0:
        return None
    best = best_groups(_with_prize(scores, person, bit, prize))
    partners = next((group for group in best.groups if person in group), (person,))
    met = np.bitwise_or.reduce(
        [scores.met[person, other] for other in partners if other != person], initial=0
    )
    is_met = bool(met >> bit & 1)
    return best.value - prize if is_met and best.is_optimal else None


def _with_prize(scores: Scores, person: int, bit: int, prize: int) -> Scores:
    table, weights = scores.table.copy(), scores.weights.copy()
    wins = np.arange(table.shape[1]) >> bit & 1 == 1
    table[person, wins] += prize
    pairs = (scores.met[person] >> bit & 1 == 1) & scores.allowed[person]
    weights[person, pairs] += prize
    weights[pairs, person] += prize
    return replace(scores, table=table, weights=weights)
