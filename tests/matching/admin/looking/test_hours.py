from __future__ import annotations

from datetime import UTC, datetime

from matching.admin.looking import hours

WINTER = datetime(2026, 12, 1, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_day_shows_when_each_is_awake_by_utc():
    day = hours.day(["Africa/Nairobi", "Europe/London"], WINTER)

    assert day.bars == [
        hours.Bar("Nairobi", [(4 * 60, 15 * 60)]),
        hours.Bar("London", [(7 * 60, 15 * 60)]),
    ]
    assert day.shared == [(7 * 60, 12 * 60)]
    assert day.example == "16:00 in Nairobi = 13:00 in London"


def test_day_is_a_circle():
    day = hours.day(["Australia/Sydney", "America/New_York"], WINTER)

    assert day.bars[0].awake == [(0, 11 * 60), (20 * 60, 4 * 60)]
    assert day.shared == [(0, 3 * 60), (20 * 60, 4 * 60)]
    assert day.example == "09:00 in Sydney = 17:00 in New York"


def test_day_follows_daylight_saving():
    winter = hours.day(["Europe/London"], WINTER)
    summer = hours.day(["Europe/London"], SUMMER)

    assert winter.bars[0].awake == [(7 * 60, 15 * 60)]
    assert summer.bars[0].awake == [(6 * 60, 15 * 60)]


def test_day_without_shared_hours_names_no_moment():
    three = ["Asia/Tokyo", "Europe/London", "America/Los_Angeles"]

    day = hours.day(three, WINTER)

    assert day.shared == []
    assert day.example == ""
