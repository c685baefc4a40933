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
# Levels of two digits: first who gets nothing, then who gets less than half.
PARTS = {"none_met": ("none_met", "half_met")}


def digits_of(levels: Sequence[str]) -> list[str]:
    """The digits of these levels, the most important first."""
    return [digit for level in levels for digit in PARTS.get(level, (level,))]


def person_digits(strengths: Ints, unlucky: NDArray[np.bool_]) -> dict[str, Ints]:
    """By digit, (kinds, combinations): what a person counts for, by what their partner meets.

    `strengths` (kinds, aspects) are those of the wishes of each kind of person, 0 where there
    is none; `unlucky` (kinds,) is about the last round. A combination has a bit for each
    aspect whose wish is met, and above these one for a country that is new to the person.
    """
    bits = _bits(strengths.shape[1])
    met = ((strengths[:, None, :] > 0) & bits).sum(axis=2)
    wishes = (strengths > 0).sum(axis=1)[:, None]
    some = met > 0
    by_wishes = {
        "none_met": some,
        "half_met": some & (2 * met >= wishes),
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


def units(digits: Sequence[str], most: Mapping[str, int]) -> dict[str, int]:
    """What one step of each digit is worth, by the most that it can add up to in a matching.

    More than all lower digits together can be. ValueError where they cannot be kept apart.
    """
    found, unit = {}, 1
    for digit in reversed(digits):
        found[digit] = unit
        unit *= most[digit] + 1
    if unit > MOST:
        raise ValueError("So many people cannot keep the levels apart in 64 bits.")
    return found
