"""The hours that partners share, and moments for a first talk, in words and times of day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.dateformat import format as format_date

from matching.partners.awake import Spell, Stretch, place, spells
from matching.partners.slots import Slot, slots
from matching.wording import duration
from participants.models import Application

COMING_DAYS = 42


@dataclass(frozen=True)
class Clock:
    """Whose clock it is, and what it shows."""

    whose: str
    place: str
    shows: str


@dataclass(frozen=True)
class Bar:
    """Somebody's day on the clock of the reader."""

    whose: str
    place: str
    awake: list[Stretch]


@dataclass(frozen=True)
class Hours:
    """Awake together, from a day on."""

    starts: str  # empty: from now on
    awake: str  # empty: never
    stretches: list[list[Clock]]


@dataclass(frozen=True)
class Suggestion:
    slot: Slot
    clocks: list[Clock]


@dataclass(frozen=True)
class Together:
    bars: list[Bar]
    shared: list[Stretch]
    hours: list[Hours]
    suggestions: list[Suggestion]

    @property
    def awake(self) -> str:
        """A day, as it is now."""
        return self.hours[0].awake


def together(
    me: Application, partners: Sequence[Application], now: datetime
) -> Together:
    """Of one person and those of their partners who are still there, from now on."""
    people = [me, *partners]
    zones = [person.time_zone for person in people]
    coming = spells(zones, now.astimezone(UTC).date(), COMING_DAYS)
    return Together(
        bars=[
            Bar(whose, place(zone), awake)
            for whose, zone, awake in zip(
                _names(people), zones, coming[0].awake, strict=True
            )
        ],
        shared=coming[0].shared,
        hours=[
            _hours(spell, people, is_first=not nth)
            for nth, spell in enumerate(coming)
            if not nth or spell.hours != coming[nth - 1].hours
        ],
        suggestions=[
            Suggestion(slot, _clocks(slot, people))
            for slot in slots(zones, now, me.round.ends_at, len(people))
        ],
    )


def _names(people: Sequence[Application]) -> list[str]:
    return ["You", *(person.name for person in people[1:])]


def _hours(spell: Spell, people: Sequence[Application], *, is_first: bool) -> Hours:
    whose = _names(people)
    return Hours(
        starts="" if is_first else format_date(spell.starts, "j F"),
        awake=duration(spell.minutes) if spell.minutes else "",
        stretches=[
            [
                Clock(name, place(person.time_zone), shows)
                for name, person, shows in zip(whose, people, shown, strict=True)
            ]
            for shown in spell.hours
        ],
    )


def _clocks(slot: Slot, people: Sequence[Application]) -> list[Clock]:
    return [
        Clock(
            whose,
            place(person.time_zone),
            format_date(slot.on_clock_of(person.time_zone), "l j F, H:i"),
        )
        for whose, person in zip(_names(people), people, strict=True)
    ]
