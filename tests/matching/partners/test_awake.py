"""Hours awake together, against a clock that is read minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import combinations
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iln.zones import time_zones
from matching.engine.scoring.hours import DAY, Clocks
from matching.partners.awake import spells
from tests.properties import examples

FIVE = [
    "Australia/Sydney",
    "Europe/London",
    "America/Santiago",
    "Asia/Kathmandu",
    "America/St_Johns",
]
PAIRS = [*combinations(FIVE, 2)]
# A round from September to April: clocks of four of the five change, all but one twice.
STARTS, ENDS = date(2026, 9, 1), date(2027, 4, 30)
DAYS = [STARTS + timedelta(days=nth) for nth in range((ENDS - STARTS).days + 1)]


@cache
def awake(zone, day):
    """At which minutes of a day of UTC a clock there shows 07:00 to 21:59."""
    midnight = datetime.combine(day, time(0), tzinfo=UTC)
    moments = (midnight + timedelta(minutes=nth) for nth in range(DAY))
    shown = (moment.astimezone(ZoneInfo(zone)) for moment in moments)
    return np.array([7 <= clock.hour < 22 for clock in shown])


@cache
def changes(zone, day):
    """Whether clocks are changed there on this day of UTC."""
    midnight = datetime.combine(day, time(0), tzinfo=UTC)
    ends = midnight + timedelta(days=1)
    info = ZoneInfo(zone)
    return midnight.astimezone(info).utcoffset() != ends.astimezone(info).utcoffset()


def shared(zones, day):
    return int(np.logical_and.reduce([awake(zone, day) for zone in zones]).sum())


@pytest.mark.parametrize("zones", PAIRS)
def test_hours_are_those_of_the_clocks_minute_by_minute(zones):
    for spell, until in with_ends(spells(zones, STARTS, len(DAYS))):
        for day in (day for day in DAYS if spell.starts <= day < until):
            if not any(changes(zone, day) for zone in zones):
                assert spell.minutes == shared(zones, day), day


@pytest.mark.parametrize("zones", PAIRS)
def test_the_rounds_average_is_that_of_the_clocks_minute_by_minute(zones):
    """But for the hours of the very days on which clocks are changed."""
    average = int(Clocks(zones, STARTS, ENDS).shared(np.array(0), np.array(1)))

    exact = sum(shared(zones, day) for day in DAYS)

    odd_days = sum(any(changes(zone, day) for zone in zones) for day in DAYS)
    assert odd_days <= 6
    assert abs(average * len(DAYS) - exact) < len(DAYS) + 60 * odd_days


def test_all_changes_of_clocks_in_a_round_begin_a_spell():
    sydney, london = "Australia/Sydney", "Europe/London"

    starts = [spell.starts for spell in spells([sydney, london], STARTS, len(DAYS))]

    assert starts == [
        STARTS,
        date(2026, 10, 4),
        date(2026, 10, 25),
        date(2027, 3, 28),
        date(2027, 4, 4),
    ]


def test_a_change_of_clocks_on_both_sides_begins_no_spell():
    starts = [
        spell.starts
        for spell in spells(["Europe/London", "Europe/Paris"], STARTS, len(DAYS))
    ]

    assert starts == [STARTS]


def test_shared_hours_are_told_on_everybodys_clock():
    [spell] = spells(["Africa/Nairobi", "America/St_Johns"], date(2027, 1, 10), 7)

    assert spell.hours == [["13:30–22:00", "07:00–15:30"]]
    assert spell.minutes == 8 * 60 + 30
    assert spell.awake == [
        [(7 * 60, 15 * 60)],
        [(0, 4 * 60 + 30), (13 * 60 + 30, 10 * 60 + 30)],
    ]


def test_three_who_are_never_awake_together_share_nothing():
    zones = ["Asia/Tokyo", "Europe/London", "America/Los_Angeles"]

    [spell] = spells(zones, date(2027, 1, 10), 7)

    assert (spell.minutes, spell.hours) == (0, [])


@given(
    st.lists(st.sampled_from(sorted(time_zones())), min_size=2, max_size=3),
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
)
@examples(30)
def test_spells_of_any_places_begin_in_order_and_fit_their_clocks(zones, day):
    found = spells(zones, day, 28)

    starts = [spell.starts for spell in found]
    assert starts[0] == day
    assert starts == sorted(set(starts))
    if not any(changes(zone, day) for zone in zones):
        assert found[0].minutes == shared(zones, day)


def with_ends(found):
    ends = [spell.starts for spell in found[1:]] + [ENDS + timedelta(days=1)]
    return zip(found, ends, strict=True)
