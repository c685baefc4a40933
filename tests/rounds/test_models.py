from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from rounds.levels import default_levels
from rounds.models import Round
from tests.factories import RoundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def autumn():
    """A round whose days are known."""
    return RoundFactory(
        name="Autumn 2026",
        slug="autumn-2026",
        opens_at=datetime(2026, 7, 1, tzinfo=UTC),
        closes_at=datetime(2026, 8, 15, 23, 59, tzinfo=UTC),
        confirm_by=datetime(2026, 8, 22, 23, 59, tzinfo=UTC),
        matching_at=datetime(2026, 8, 29, 9, tzinfo=UTC),
        introduces_at=datetime(2026, 9, 1, 6, tzinfo=UTC),
        introduction_days=3,
        ends_at=datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        ("2026-06-30T23:59:59Z", "planned"),
        ("2026-07-01T00:00:00Z", "open"),
        ("2026-08-15T23:58:59Z", "open"),
        ("2026-08-15T23:59:00Z", "closed"),
        ("2026-08-29T08:59:59Z", "closed"),
        ("2026-08-29T09:00:00Z", "matching"),
        ("2026-10-01T00:00:00Z", "matching"),
        ("2026-12-31T23:59:00Z", "ended"),
    ],
)
def test_phase_follows_the_dates(autumn, now, phase):
    with time_machine.travel(now, tick=False):
        assert autumn.phase == phase


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        ("2026-08-30T12:00:00Z", "introduced"),
        ("2026-09-04T05:59:59Z", "introduced"),
        ("2026-09-04T06:00:00Z", "running"),
        ("2026-12-31T23:58:59Z", "running"),
        ("2026-12-31T23:59:00Z", "ended"),
    ],
)
def test_phase_follows_publication(autumn, now, phase):
    autumn.published_at = datetime(2026, 8, 30, 12, tzinfo=UTC)

    with time_machine.travel(now, tick=False):
        assert autumn.phase == phase


def test_current_round_is_open_before_planned_before_running():
    running = RoundFactory(closed=True)
    alone = Round.objects.current()
    planned = RoundFactory(planned=True)
    before_the_next = Round.objects.current()
    open_ = RoundFactory()

    assert [alone, before_the_next, Round.objects.current()] == [
        running,
        planned,
        open_,
    ]


def test_round_takes_no_applications_once_its_matching_is_out(round_):
    before = list(Round.objects.open())
    round_.published_at = timezone.now()
    round_.save()

    assert (before, list(Round.objects.open())) == ([round_], [])
    assert not round_.is_open


def test_current_round_is_none_when_all_have_ended():
    ago = timezone.now() - timedelta(days=400)
    with time_machine.travel(ago, tick=False):
        RoundFactory()

    assert Round.objects.current() is None


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("opens_at", "closes_at"),
        ("closes_at", "confirm_by"),
        ("confirm_by", "matching_at"),
        ("matching_at", "introduces_at"),
        ("introduces_at", "ends_at"),
    ],
)
def test_dates_follow_one_another(autumn, earlier, later):
    setattr(autumn, later, getattr(autumn, earlier) - timedelta(minutes=1))

    with pytest.raises(IntegrityError, match="round_dates_in_order"):
        autumn.save()


def test_dates_ahead_are_brought_forward_and_past_ones_stay(autumn):
    deadline = autumn.confirm_by
    moment = autumn.matching_at - timedelta(hours=1)

    autumn.bring_forward(moment)
    autumn.save()

    after = [autumn.confirm_by, autumn.matching_at, autumn.introduces_at]
    assert after == [deadline, moment, moment]


@pytest.mark.parametrize("days", [0, 15])
def test_introductions_take_a_day_to_a_fortnight(autumn, days):
    autumn.introduction_days = days

    with pytest.raises(IntegrityError, match="introductions_take_a_day"):
        autumn.save()


@pytest.mark.parametrize(
    "levels",
    [
        ["wishes"],
        ["wishes"] * 5,
        [*default_levels(), "wishes"],
        ["luck", *default_levels()[1:]],
        "wishes",
    ],
)
def test_levels_are_named_once_each(autumn, levels):
    autumn.levels = levels

    with pytest.raises(ValidationError, match="Name each of these once"):
        autumn.full_clean()


def test_levels_take_any_order(autumn):
    autumn.levels = default_levels()[::-1]

    autumn.full_clean()


@pytest.mark.parametrize("stage", [{}, {"planned": True}, {"closed": True}])
def test_rehearsal_is_no_round_that_anybody_may_hear_of(stage):
    rehearsal = RoundFactory(is_rehearsal=True, **stage)

    assert Round.objects.current() is None
    assert not Round.objects.open().exists()
    assert not Round.objects.upcoming().exists()
    assert Round.objects.named(rehearsal.slug) == rehearsal


@pytest.mark.parametrize(
    ("ends", "months", "forgotten"),
    [
        ("2026-03-15", 24, "2028-03-15"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-31", 12, "2027-12-31"),
        ("2024-02-29", 12, "2025-02-28"),
    ],
)
def test_round_is_forgotten_so_many_months_after_its_end(ends, months, forgotten):
    ends_at = datetime.fromisoformat(f"{ends}T12:00Z")

    round_ = Round(ends_at=ends_at, keep_for_months=months)

    assert round_.forget_at == datetime.fromisoformat(f"{forgotten}T12:00Z")
