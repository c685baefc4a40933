"""The levels of a matching as digits of one integer, the most important first.

Each digit's base exceeds all that the lower levels could ever add up to in one matching,
so the greatest sum decides level by level (positional, or "big M", scalarisation of a
lexicographic problem: Sherali and Soyster, Preemptive and nonpreemptive multi-objective
programming, JOTA 39, 1983).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.engine.solving.weights import MOST_WORTH

Ints = NDArray[np.int64]

# The k-th met wish of a person counts 12, 6, 4, ... times its strength, so that a third
# "must" (4 x 4) stays below a first "nice" (2 x 12).
RETURNS = (12, 6, 4, 3, 2, 2, 2)
MOST = MOST_WORTH  # of a pair
HALF_HOUR = 30
HOURS_STEPS = (HALF_HOUR, 60, 120, 240, 480)  # minutes awake together
KEPT = "kept"  # the digit for pairs of an earlier proposal
# Levels of two digits: first who gets nothing, then who gets less than half.
PARTS = {"none_met": ("none_met", "half_met")}


def digits_of(levels: Sequence[str], keep_before: str = "") -> list[str]:
    """The digits of these levels, the most important first.

    Pairs kept from an earlier proposal come right before one of the levels, or last.
    """
    order = list(levels)
    order.insert(order.index(keep_before) if keep_before else len(order), KEPT)
    return [digit for level in order for digit in PARTS.get(level, (level,))]


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


class Most(NamedTuple):
    """The most that a digit can be, in one pair and in a whole matching."""

    in_pair: int
    in_matching: int


@dataclass(frozen=True)
class Units:
    """What one step of each digit is worth; nothing for levels that are left to the draw.

    One step is worth more than all lower digits together can be. hours_step: the minutes
    awake together that make a step of the level `hours`.
    """

    of: dict[str, int]
    hours_step: int
    left_to_draw: tuple[str, ...]


def units(
    levels: Sequence[str],
    most: Mapping[str, Most],
    hours: Callable[[int], Most],
    keep_before: str = "",
) -> Units:
    """As fine as pairs worth at most 2**57 allow.

    `most` is by digit, and `hours` by the minutes of a step. Where all do not fit, hours are
    counted in longer steps; if that is not enough, the lower of hours and new countries is
    left to the draw, then both. ValueError where the other levels cannot be kept apart.
    """
    for left, step in product(_leavable(levels, most, hours), HOURS_STEPS):
        digits = [d for d in digits_of(levels, keep_before) if d not in left]
        of, most_worth = _positions(digits, {**most, "hours": hours(step)})
        if most_worth <= MOST:
            return Units(of | dict.fromkeys(left, 0), step, left)
    raise ValueError("So many people cannot keep the levels apart in 64 bits.")


def _leavable(
    levels: Sequence[str], most: Mapping[str, Most], hours: Callable[[int], Most]
) -> list[tuple[str, ...]]:
    """Which levels to leave to the draw: none, the lower of two, both."""
    counted = {**most, "hours": hours(HALF_HOUR)}
    lowest_first = [
        level
        for level in reversed(levels)
        if level in ("hours", "new_countries") and counted[level].in_matching
    ]
    return [tuple(lowest_first[:count]) for count in range(len(lowest_first) + 1)]


def _positions(
    digits: Sequence[str], most: Mapping[str, Most]
) -> tuple[dict[str, int], int]:
    """What one step of each digit is worth, and the most that this makes a pair worth."""
    of, unit, worth = {}, 1, 0
    for digit in reversed(digits):
        of[digit] = unit
        worth += unit * most[digit].in_pair
        unit *= most[digit].in_matching + 1
    return of, worth
