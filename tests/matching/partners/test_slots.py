"""Suggested moments for a talk: the same moment everywhere, and in nobody's night."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iln.zones import time_zones
from matching.engine.scoring.hours import DAY
from matching.partners.slots import (
    AHEAD,
    NOTICE,
    Slot,
    from_key,
    is_possible,
    slots,
)
from tests.matching.partners.test_awake import FIVE, PAIRS
from tests.properties import examples

# The weeks around each change of clocks: Sydney and Santiago, London, St John's; and back.
AROUND_CHANGES = [
    datetime(2026, 9, 1, 9, 7, tzinfo=UTC),
    datetime(2026, 9, 28, tzinfo=UTC),
    datetime(2026, 10, 20, 23, 59, tzinfo=UTC),
    datetime(2026, 10, 28, tzinfo=UTC),
    datetime(2027, 3, 10, tzinfo=UTC),
    datetime(2027, 3, 24, 12, tzinfo=UTC),
    datetime(2027, 4, 1, 18, tzinfo=UTC),
]
EARLY, FAR = datetime(2026, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


def shown(zones, slot):
    return [f"{slot.on_clock_of(zone):%a %-d %b %H:%M}" for zone in zones]


@pytest.mark.parametrize("now", AROUND_CHANGES)
@pytest.mark.parametrize("zones", PAIRS)
def test_two_always_find_two_moments_by_day(zones, now):
    found = slots(zones, now, FAR, 2)

    assert len(found) == 2
    for slot in found:
        assert now + NOTICE <= slot.starts <= now + AHEAD
        clocks = [slot.on_clock_of(zone) for zone in zones]
        assert clocks[0] == clocks[1] == slot.starts  # one moment
        for clock in clocks:
            assert time(7) <= clock.time() <= time(21, 30)
            assert clock.weekday() < 5


@pytest.mark.parametrize("now", AROUND_CHANGES)
@pytest.mark.parametrize("zones", PAIRS)
def test_moments_are_at_the_full_or_half_hour_where_clocks_allow(zones, now):
    for slot in slots(zones, now, FAR, 2):
        odd = [zone for zone in zones if slot.on_clock_of(zone).minute % 30]
        assert len(odd) == ("Asia/Kathmandu" in zones)


@given(
    st.lists(st.sampled_from(sorted(time_zones())), min_size=2, max_size=3),
    st.integers(0, 4 * 365 * DAY).map(lambda minute: EARLY + timedelta(minutes=minute)),
)
@examples(60)
def test_moments_are_in_nobodys_night_anywhere(zones, now):
    found = slots(zones, now, FAR, len(zones))

    assert len(found) <= len(zones)
    assert [slot.starts for slot in found] == sorted(slot.starts for slot in found)
    for slot in found:
        assert is_possible(zones, slot.starts)
        for zone in zones:
            starts, ends = slot.on_clock_of(zone), slot.ends.astimezone(UTC)
            assert time(7) <= starts.time() <= time(21, 30)
            assert ends - starts == timedelta(minutes=30)


def test_moments_do_not_depend_on_who_looks_and_when_in_a_day():
    zones, now = FIVE[:2], AROUND_CHANGES[1]

    mine = slots(zones, now, FAR, 2)
    theirs = slots(zones[::-1], now + timedelta(hours=20), FAR, 2)

    assert mine == theirs


def test_a_moment_stays_until_it_is_too_close_to_agree_on():
    zones, now = FIVE[:2], AROUND_CHANGES[0]
    first, second = slots(zones, now, FAR, 2)

    just_before = slots(zones, first.starts - NOTICE, FAR, 2)
    just_after = slots(zones, first.starts - NOTICE + timedelta(minutes=1), FAR, 2)

    assert just_before == [first, second]
    assert just_after[0] == second


def test_near_places_meet_once_before_and_once_after_noon():
    zones = ["Africa/Nairobi", "Europe/London"]

    found = slots(zones, datetime(2027, 1, 8, tzinfo=UTC), FAR, 2)

    assert [shown(zones, slot) for slot in found] == [
        ["Mon 11 Jan 12:30", "Mon 11 Jan 09:30"],
        ["Thu 14 Jan 18:30", "Thu 14 Jan 15:30"],
    ]


def test_far_places_meet_in_ones_morning_and_the_others_evening():
    zones = ["Australia/Sydney", "Europe/London"]

    [slot, _] = slots(zones, datetime(2027, 3, 19, tzinfo=UTC), FAR, 2)

    assert shown(zones, slot) == ["Mon 22 Mar 19:00", "Mon 22 Mar 08:00"]


@pytest.mark.parametrize("now", AROUND_CHANGES)
def test_three_find_three_moments_in_two_weeks(now):
    zones = ["America/Lima", "Europe/Copenhagen", "Africa/Dakar"]

    assert len(slots(zones, now, FAR, 3)) == 3


def test_no_moment_is_suggested_after_the_rounds_end():
    now = datetime(2027, 1, 8, tzinfo=UTC)

    assert slots(FIVE[:2], now, now + timedelta(days=3), 2) == []


def test_three_without_shared_hours_get_no_moment():
    zones = ["Asia/Tokyo", "Europe/London", "America/Los_Angeles"]

    assert slots(zones, AROUND_CHANGES[0], FAR, 3) == []


def test_key_of_a_slot_names_its_moment():
    slot = Slot(datetime(2027, 3, 22, 8, 30, tzinfo=UTC))

    assert slot.key == "20270322T0830Z"
    assert from_key(slot.key) == slot
    assert from_key("tomorrow") is None


def test_a_talk_that_would_end_at_night_is_not_possible():
    late = datetime(2027, 1, 11, 18, 45, tzinfo=UTC)  # 21:45 in Nairobi

    assert not is_possible(["Africa/Nairobi", "Europe/London"], late)
    assert is_possible(
        ["Africa/Nairobi", "Europe/London"], late - timedelta(minutes=15)
    )
