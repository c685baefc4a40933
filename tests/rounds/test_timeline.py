from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from rounds.models import Round
from rounds.timeline import time_together, timeline


@pytest.fixture
def autumn():
    return Round(
        opens_at=datetime(2026, 7, 1, tzinfo=UTC),
        closes_at=datetime(2026, 8, 15, tzinfo=UTC),
        confirm_by=datetime(2026, 8, 22, tzinfo=UTC),
        matching_at=datetime(2026, 8, 29, tzinfo=UTC),
        introduces_at=datetime(2026, 9, 1, tzinfo=UTC),
        ends_at=datetime(2026, 12, 31, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("now", "here"),
    [
        ("2026-07-02", "Sign-up"),
        ("2026-08-16", "Confirmation"),
        ("2026-08-23", "Matching day"),
        ("2026-08-29", "Matching day"),
    ],
)
def test_timeline_shows_one_step_as_now(autumn, now, here):
    with time_machine.travel(f"{now}T12:00:00Z", tick=False):
        steps = timeline(autumn)

    assert [step.name for step in steps if step.state == "now"] == [here]


@pytest.mark.parametrize(
    ("now", "here"), [("2026-09-01", "Introductions"), ("2026-10-01", "Four months")]
)
def test_timeline_goes_on_after_publication(autumn, now, here):
    autumn.published_at = datetime(2026, 8, 30, tzinfo=UTC)

    with time_machine.travel(f"{now}T12:00:00Z", tick=False):
        steps = timeline(autumn)

    assert [step.name for step in steps if step.state == "now"] == [here]


def test_timeline_of_a_planned_round_says_when_sign_up_opens(autumn):
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
        first, *others = timeline(autumn)

    assert (first.words, first.day, first.state) == ("opens on", autumn.opens_at, "")
    assert {step.state for step in others} == {""}


def test_timeline_of_an_ended_round_is_done(autumn):
    with time_machine.travel("2027-01-01T12:00:00Z", tick=False):
        assert {step.state for step in timeline(autumn)} == {"done"}


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (datetime(2026, 9, 8, tzinfo=UTC), "One month"),
        (datetime(2026, 12, 31, tzinfo=UTC), "Four months"),
        (datetime(2027, 9, 1, tzinfo=UTC), "12 months"),
    ],
)
def test_time_together_is_said_in_months(autumn, ends, words):
    autumn.ends_at = ends

    assert time_together(autumn) == words
