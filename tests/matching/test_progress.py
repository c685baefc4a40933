from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from matching.models import Search
from matching.progress import percent

Stage = Search.Stage
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


def after(seconds, stage, people=1000):
    began = NOW - timedelta(seconds=seconds)
    return percent(Search(stage=stage, stage_at=began, people=people), NOW)


@pytest.mark.parametrize("people", [0, 1, 100, 2000])
def test_bar_grows_from_stage_to_stage(people):
    begins = [after(0, stage, people) for stage in list(Stage)[1:-1]]

    assert begins == sorted(begins)
    assert begins[0] == 0
    assert begins[-1] < 100


def test_bar_moves_within_a_stage_and_never_beyond_it():
    solving = [after(seconds, Stage.SOLVING) for seconds in (0, 1, 3, 9999)]

    assert solving == sorted(solving)
    assert solving[0] < solving[1]
    assert solving[-1] <= after(0, Stage.PROVING)


def test_bar_is_empty_before_and_full_after():
    waiting = Search(stage=Stage.QUEUED, people=10)

    assert percent(waiting, NOW) == 0
    assert after(0, Stage.DONE) == 100
    assert after(10**6, Stage.SAVING) == 99


def test_clock_that_is_late_does_no_harm():
    assert after(-5, Stage.READING) == 0
