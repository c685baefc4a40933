"""Pairs who would both rather have each other: a figure to look at, not a fault.

A matching without any is stable (Gale and Shapley, College admissions and the stability of
marriage, 1962). The best matching for all may have some: each is the price of somebody else's wish.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from matching.engine.scoring.scores import Scores
from matching.engine.solving.weights import Ints


def blocking_pairs(scores: Scores, groups: Iterable[tuple[int, ...]]) -> Ints:
    """Pairs (m, 2) by index, i < j, who may be paired and would both be better off together.

    `groups` are by index. Better off is who has more of their own in the order of the levels:
    wishes met, bad luck made good, a new country; hours count for none of the two. Whoever stays
    alone has nothing.
    """
    people = np.arange(len(scores.people))
    with_each = scores.table[people[:, None], scores.met]
    now = np.full(len(people), -1)
    for group in groups:
        for k in group:
            met = np.bitwise_or.reduce(
                [scores.met[k, other] for other in group if other != k]
            )
            now[k] = scores.table[k, met]
    better = scores.allowed & (with_each > now[:, None])
    return np.argwhere(np.triu(better & better.T, 1))
