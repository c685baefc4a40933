"""The hours that partners are awake together, drawn as one bar a person over a day of UTC."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from matching.engine.scoring.hours import DAY, SLEEPS, WAKES

Stretch = tuple[int, int]  # first minute of the day, number of minutes


@dataclass(frozen=True)
class Bar:
    place: str
    awake: list[Stretch]


@dataclass(frozen=True)
class Day:
    """A day in all of their places; `example` names a good moment, if there is one."""

    bars: list[Bar]
    shared: list[Stretch]
    example: str


def day(zones: Sequence[str], moment: datetime) -> Day:
    awake = [_awake(zone, moment) for zone in zones]
    shared = _stretches(set.intersection(*awake))
    bars = [
        Bar(_place(zone), _stretches(minutes))
        for zone, minutes in zip(zones, awake, strict=True)
    ]
    return Day(bars, shared, _example(zones, shared, moment))


def _awake(zone: str, moment: datetime) -> set[int]:
    """The minutes of a day of UTC at which somebody there is awake."""
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
    east = int(offset.total_seconds()) // 60
    return {(minute - east) % DAY for minute in range(_minute(WAKES), _minute(SLEEPS))}


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _stretches(minutes: Iterable[int]) -> list[Stretch]:
    runs = groupby(enumerate(sorted(minutes)), key=lambda pair: pair[1] - pair[0])
    stretches = [[minute for _, minute in run] for _, run in runs]
    return [(stretch[0], len(stretch)) for stretch in stretches]


def _example(zones: Sequence[str], shared: list[Stretch], moment: datetime) -> str:
    """The middle of the longest stretch, as each clock shows it."""
    if not shared:
        return ""
    start, length = max(shared, key=lambda stretch: stretch[1])
    half_hours = (start + length // 2) // 30
    midnight = datetime.combine(moment.astimezone(UTC), time(0), tzinfo=UTC)
    then = midnight + timedelta(minutes=30 * half_hours)
    return " = ".join(
        f"{then.astimezone(ZoneInfo(zone)):%H:%M} in {_place(zone)}" for zone in zones
    )


def _place(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")
