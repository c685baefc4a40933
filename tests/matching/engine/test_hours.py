from __future__ import annotations

from datetime import date

import pytest

from matching.engine.hours import awake_together


@pytest.mark.parametrize(
    ("zones", "day", "minutes"),
    [
        (("Europe/London", "Europe/London"), date(2026, 7, 1), 15 * 60),
        (("Europe/London", "Asia/Kathmandu"), date(2026, 7, 1), 15 * 60 - 285),
        (("Europe/London", "Asia/Kathmandu"), date(2026, 12, 1), 15 * 60 - 345),
        (("Australia/Sydney", "Europe/London"), date(2026, 7, 1), 6 * 60),
        (("Pacific/Auckland", "Europe/London"), date(2026, 7, 1), 6 * 60),
        (("America/St_Johns", "America/Santiago"), date(2026, 7, 1), 15 * 60 - 90),
    ],
)
def test_hours_awake_together_on_a_day(zones, day, minutes):
    assert awake_together(zones, day, day)[0, 1] == minutes


def test_hours_are_averaged_over_a_change_of_clocks():
    days = awake_together(
        ["Europe/London", "Africa/Nairobi"], date(2026, 10, 24), date(2026, 10, 25)
    )

    assert days[0, 1] == (15 * 60 - 120 + 15 * 60 - 180) / 2
