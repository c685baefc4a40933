"""Good moments for a first talk: half an hour each, in nobody's night.

Each half of a week has one best moment, whoever asks and whenever, so that partners who look
on different days see the same ones. Moments are counted in quarters of an hour, since some
clocks are a quarter of an hour from others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from matching.engine.scoring.hours import SLEEPS, WAKES

QUARTER = timedelta(minutes=15)
LENGTH = timedelta(minutes=30)
NOTICE = timedelta(days=2)  # time enough to ask, and to answer
AHEAD = timedelta(days=14)
BY_DAY = (time(8), time(20))
AWAKE = (WAKES, SLEEPS)
# In turn, so that somebody who is never free in the morning finds an afternoon.
MIDDLES = (11 * 60, 17 * 60)
SATURDAY = 5


@dataclass(frozen=True)
class Slot:
    """Half an hour, as a moment."""

    starts: datetime

    @property
    def ends(self) -> datetime:
        return self.starts + LENGTH

    @property
    def key(self) -> str:
        """As links and calendars name it."""
        return f"{self.starts:%Y%m%dT%H%MZ}"

    def on_clock_of(self, zone: str) -> datetime:
        return self.starts.astimezone(ZoneInfo(zone))


def slots(
    zones: Sequence[str], now: datetime, until: datetime, count: int
) -> list[Slot]:
    """Up to `count` moments of the coming two weeks: each in the next half of a week.

    None where nobody's night can be spared.
    """
    found = []
    last = min(now + AHEAD, until - LENGTH)
    for nth, half in _halves_of_weeks(now + NOTICE, last):
        best = _best(tuple(sorted(zones)), half, MIDDLES[nth % len(MIDDLES)])
        if best and now + NOTICE <= best <= last:
            found.append(Slot(best))
    return found[:count]


def is_possible(zones: Sequence[str], moment: datetime) -> bool:
    """Whether a talk may begin at this moment: all are awake for half an hour."""
    slot = Slot(moment)
    return all(_lies_within(AWAKE, slot, zone) for zone in zones)


def from_key(key: str) -> Slot | None:
    """The slot that a link names."""
    try:
        return Slot(datetime.strptime(key, "%Y%m%dT%H%MZ").replace(tzinfo=UTC))
    except ValueError:
        return None


def _lies_within(hours: tuple[time, time], slot: Slot, zone: str) -> bool:
    starts, ends = slot.on_clock_of(zone), slot.ends.astimezone(ZoneInfo(zone))
    first, last = hours
    on_one_day = starts.date() == ends.date()
    return on_one_day and first <= starts.time() and ends.time() <= last


def _halves_of_weeks(
    first: datetime, last: datetime
) -> Iterator[tuple[int, tuple[datetime, int]]]:
    """Monday to Wednesday and Thursday to Sunday, in UTC: when, and how many days."""
    day = datetime.combine(first.astimezone(UTC), time(0), tzinfo=UTC)
    monday = day - timedelta(days=day.weekday())
    while monday <= last:
        yield 0, (monday, 3)
        yield 1, (monday + timedelta(days=3), 4)
        monday += timedelta(weeks=1)


@lru_cache(4096)
def _best(
    zones: tuple[str, ...], half: tuple[datetime, int], middle: int
) -> datetime | None:
    """On a working day, by day, at the full or half hour and close to `middle`: in this order."""
    start, days = half
    quarters = zip(*(_clock(zone, start, days) for zone in zones), strict=True)
    worth = ((_worth(clocks, middle), nth) for nth, clocks in enumerate(quarters))
    possible = [(cost, nth) for cost, nth in worth if cost is not None]
    return start + min(possible)[1] * QUARTER if possible else None


Clock = tuple[
    bool, int, bool
]  # a working day?, minute of the day, awake for half an hour?


def _worth(clocks: Sequence[Clock], middle: int) -> tuple[int, ...] | None:
    """What speaks against a moment, the gravest first; None if somebody would be in bed."""
    if not all(is_awake for _, _, is_awake in clocks):
        return None
    length = LENGTH // timedelta(minutes=1)
    early, late = (hour.hour * 60 for hour in BY_DAY)
    away = [abs(minute - middle) for _, minute, _ in clocks]
    return (
        sum(not is_working_day for is_working_day, _, _ in clocks),
        sum(not early <= minute <= late - length for _, minute, _ in clocks),
        sum(minute % 30 > 0 for _, minute, _ in clocks),
        max(away),
        sum(away),
    )


@lru_cache(4096)
def _clock(zone: str, start: datetime, days: int) -> tuple[Clock, ...]:
    """What the clock of a zone shows at each quarter of an hour of these days."""
    slots = (Slot(start + nth * QUARTER) for nth in range(days * 96))
    return tuple(_reading(zone, slot) for slot in slots)


def _reading(zone: str, slot: Slot) -> Clock:
    here = slot.on_clock_of(zone)
    minute = here.hour * 60 + here.minute
    return here.weekday() < SATURDAY, minute, _lies_within(AWAKE, slot, zone)
