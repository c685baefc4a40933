from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from matching.engine.scoring.hours import Clocks


def minutes(zones, starts, ends):
    return int(Clocks(zones, starts, ends).shared(np.array(0), np.array(1)))


@pytest.mark.parametrize(
    ("zones", "day", "expected"),
    [
        (("Europe/London", "Europe/London"), date(2026, 7, 1), 15 * 60),
        (("Europe/London", "Asia/Kathmandu"), date(2026, 7, 1), 15 * 60 - 285),
        (("Europe/London", "Asia/Kathmandu"), date(2026, 12, 1), 15 * 60 - 345),
        (("Australia/Sydney", "Europe/London"), date(2026, 7, 1), 6 * 60),
        (("Pacific/Auckland", "Europe/London"), date(2026, 7, 1), 6 * 60),
        (("America/St_Johns", "America/Santiago"), date(2026, 7, 1), 15 * 60 - 90),
    ],
)
def test_hours_awake_together_on_a_day(zones, day, expected):
    assert minutes(zones, day, day) == expected


def test_hours_are_averaged_over_a_change_of_clocks():
    zones = ["Europe/London", "Africa/Nairobi"]

    shared = minutes(zones, date(2026, 10, 24), date(2026, 10, 25))

    assert shared == (15 * 60 - 120 + 15 * 60 - 180) / 2


def test_zones_are_found_by_the_minutes_that_they_share():
    day = date(2026, 7, 1)
    clocks = Clocks(["Europe/London", "Australia/Sydney", "Africa/Nairobi"], day, day)

    assert clocks.awake_with("Europe/London", 7 * 60) == {
        "Europe/London",
        "Africa/Nairobi",
    }
