"""Hours awake together, daylight saving of both places included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

WAKES, SLEEPS = time(7), time(22)
DAY = 24 * 60
AWAKE = (SLEEPS.hour - WAKES.hour) * 60


@lru_cache(1024)
def offsets(zone: str, starts: date, ends: date) -> tuple[int, ...]:
    """Minutes east of UTC at noon UTC of each day from `starts` to `ends`, both included."""
    info = ZoneInfo(zone)
    noon = datetime.combine(starts, time(12), tzinfo=UTC)
    moments = (noon + timedelta(days=day) for day in range((ends - starts).days + 1))
    return tuple(_minutes_east(moment.astimezone(info)) for moment in moments)


def _minutes_east(moment: datetime) -> int:
    offset = moment.utcoffset() or timedelta(0)
    return round(offset.total_seconds() / 60)


def overlap(difference: Ints) -> Ints:
    """Minutes a day that two people are both awake, by the difference of their clocks.

    Both are awake from 07:00 to 22:00 of their own clock; the day is a circle, so two far
    apart meet in one's morning and again in the other's.
    """
    apart = difference % DAY
    return np.maximum(0, AWAKE - apart) + np.maximum(0, AWAKE - (DAY - apart))


class Clocks:
    """The time zones of n people, and what any two of these zones share.

    names: the zones, sorted. of (n,): whose zone is which. table (zones, zones): minutes a day
    that people in two zones are both awake, averaged over the days from `starts` to `ends`.
    """

    def __init__(self, zones: Sequence[str], starts: date, ends: date) -> None:
        self.names = sorted(set(zones))
        place = {name: k for k, name in enumerate(self.names)}
        self.of = np.array([place[zone] for zone in zones], dtype=np.int64)
        days = (ends - starts).days + 1
        east = np.zeros((len(self.names), days), dtype=np.int64)
        for row, name in zip(east, self.names, strict=True):
            row[:] = offsets(name, starts, ends)
        self.table = np.zeros((len(self.names),) * 2, dtype=np.int64)
        for row, mine in zip(self.table, east, strict=True):
            row[:] = overlap(east - mine).sum(axis=1) // days
        self._awake_with: dict[tuple[str, int], frozenset[str]] = {}

    def shared(self, i: Ints, j: Ints, table: Ints | None = None) -> Ints:
        """Minutes a day that people i and j (any arrays that broadcast) are both awake.

        With another table of the same shape, what it says about their zones.
        """
        by_zones = self.table if table is None else table
        return by_zones.take(self.of[i] * len(self.names) + self.of[j])

    def awake_with(self, zone: str, minutes: int) -> frozenset[str]:
        """The zones that share at least so many minutes with this one."""
        asked = zone, minutes
        if asked not in self._awake_with:  # many ask the same
            enough = self.table[self.names.index(zone)] >= minutes
            names = (self.names[k] for k in np.flatnonzero(enough).tolist())
            self._awake_with[asked] = frozenset(names)
        return self._awake_with[asked]
