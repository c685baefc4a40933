"""Hours awake together, daylight saving of both places included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

WAKES, SLEEPS = time(7), time(22)
DAY = 24 * 60
AWAKE = (SLEEPS.hour - WAKES.hour) * 60


def offsets(zone: str, starts: date, ends: date) -> list[int]:
    """Minutes east of UTC at noon UTC of each day from `starts` to `ends`, both included."""
    info = ZoneInfo(zone)
    noon = datetime.combine(starts, time(12), tzinfo=UTC)
    moments = (noon + timedelta(days=day) for day in range((ends - starts).days + 1))
    return [_minutes_east(moment.astimezone(info)) for moment in moments]


def _minutes_east(moment: datetime) -> int:
    offset = moment.utcoffset() or timedelta(0)
    return round(offset.total_seconds() / 60)


def overlap(difference: NDArray[np.int64]) -> NDArray[np.int64]:
    """Minutes a day that two people are both awake, by the difference of their clocks.

    Both are awake from 07:00 to 22:00 of their own clock; the day is a circle, so two far
    apart meet in one's morning and again in the other's.
    """
    apart = difference % DAY
    return np.maximum(0, AWAKE - apart) + np.maximum(0, AWAKE - (DAY - apart))


def awake_together(zones: Sequence[str], starts: date, ends: date) -> NDArray[np.int64]:
    """(n, n): minutes a day that two people in these zones share, averaged over the days."""
    names = sorted(set(zones))
    table = np.array([offsets(name, starts, ends) for name in names], dtype=np.int64)
    shared = np.array(
        [overlap(table - row).sum(axis=1) // table.shape[1] for row in table]
    )
    index = [names.index(zone) for zone in zones]
    return shared.reshape(len(names), len(names))[np.ix_(index, index)]
