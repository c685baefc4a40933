"""When partners are awake at the same time in the coming weeks, on everybody's clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby

from matching.engine.scoring.hours import DAY, SLEEPS, WAKES, offsets

Stretch = tuple[int, int]  # first minute of the day, number of minutes


@dataclass(frozen=True)
class Spell:
    """Days in a row on which all clocks stay as far apart as they are.

    `awake` are the stretches of each person, and `shared` those of all, on the clock of the
    first; `hours` are the shared ones again, each on everybody's own clock.
    """

    starts: date
    awake: list[list[Stretch]]
    shared: list[Stretch]
    hours: list[list[str]]

    @property
    def minutes(self) -> int:
        return sum(length for _, length in self.shared)


def spells(zones: Sequence[str], starts: date, days: int) -> list[Spell]:
    """The coming days, a new spell wherever one's clock is changed and another's is not."""
    ends = starts + timedelta(days=days - 1)
    east = zip(*(offsets(zone, starts, ends) for zone in zones), strict=True)
    ahead = [tuple(one - mine for one in all_) for all_ in east for mine in all_[:1]]
    found, day = [], starts
    for apart, run in groupby(ahead):
        found.append(_spell(day, apart))
        day += timedelta(days=len(list(run)))
    return found


def _spell(starts: date, ahead: Sequence[int]) -> Spell:
    awake = [
        {(minute - by) % DAY for minute in range(minute_of(WAKES), minute_of(SLEEPS))}
        for by in ahead
    ]
    shared = stretches(set.intersection(*awake))
    return Spell(
        starts=starts,
        awake=[stretches(minutes) for minutes in awake],
        shared=shared,
        hours=[[_from_to(stretch, by) for by in ahead] for stretch in shared],
    )


def minute_of(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def stretches(minutes: Iterable[int]) -> list[Stretch]:
    runs = groupby(enumerate(sorted(minutes)), key=lambda pair: pair[1] - pair[0])
    found = [[minute for _, minute in run] for _, run in runs]
    return [(stretch[0], len(stretch)) for stretch in found]


def _from_to(stretch: Stretch, ahead: int) -> str:
    start, length = stretch
    return f"{_clock(start + ahead)}–{_clock(start + length + ahead)}"


def _clock(minute: int) -> str:
    return f"{minute % DAY // 60:02}:{minute % 60:02}"


def place(zone: str) -> str:
    """The city that a time zone is named after."""
    return zone.rpartition("/")[2].replace("_", " ")
