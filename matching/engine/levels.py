"""The levels of a matching as digits of one integer, the most important first.

Each digit's base exceeds all that the lower levels could ever add up to in one matching,
so the greatest sum decides level by level (positional, or "big M", scalarisation of a
lexicographic problem: Sherali and Soyster, Preemptive and nonpreemptive multi-objective
programming, JOTA 39, 1983).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

# The k-th met wish of a person counts 12, 6, 4, ... times its strength, so that a third
# "must" (4 x 4) stays below a first "nice" (2 x 12).
RETURNS = (12, 6, 4, 3, 2, 2, 2)
MOST = 1 << 57  # beyond it, sums of prices could leave 64 bits


def person_digits(strengths: Ints, unlucky: NDArray[np.bool_]) -> dict[str, Ints]:
    """By level, (kinds, combinations): what a person counts for, by what their partner meets.

    `strengths` (kinds, aspects) are those of the wishes of each kind of person, 0 where there
    is none; `unlucky` (kinds,) is about the last round. A combination has a bit for each
    aspect whose wish is met, and above these one for a country that is new to the person.
    """
    bits = _bits(strengths.shape[1])
    met = (strengths[:, None, :] > 0) & bits
    wishes = (strengths > 0).sum(axis=1)[:, None]
    some = np.asarray(met.any(axis=2))
    by_wishes = {
        "none_met": some,
        "bad_luck": (some | (wishes == 0)) & unlucky[:, None],
        "wishes": shares(strengths),
    }
    digits = {
        name: np.tile(digit, 2).astype(np.int64) for name, digit in by_wishes.items()
    }
    new = np.arange(2 * len(bits)) >= len(bits)
    return digits | {"new_countries": np.tile(new.astype(np.int64), (len(some), 1))}


def shares(strengths: Ints) -> Ints:
    """(kinds, combinations): each person's share, from the strengths (kinds, aspects)."""
    aspects = strengths.shape[1]
    met = strengths.astype(np.int8)[:, None, :] * _bits(aspects)
    strongest_first = np.sort(met, axis=2)[:, :, ::-1]
    returns = np.pad(RETURNS, (0, aspects), mode="edge")[:aspects]
    return np.asarray(strongest_first @ returns)


def _bits(aspects: int) -> NDArray[np.bool_]:
    """(combinations, aspects): which aspects each combination has."""
    combinations = np.arange(1 << aspects)
    return np.asarray(combinations[:, None] >> np.arange(aspects) & 1 > 0)


def units(levels: Sequence[str], most: Mapping[str, int]) -> dict[str, int]:
    """What one step of each level is worth, by the most that it can add up to in a matching.

    More than all lower levels together can be. ValueError where they cannot be kept apart.
    """
    found, unit = {}, 1
    for level in reversed(levels):
        found[level] = unit
        unit *= most[level] + 1
    if unit > MOST:
        raise ValueError("So many people cannot keep the levels apart in 64 bits.")
    return found
