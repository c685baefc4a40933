from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from rounds.models import validate_days
from tests.factories import RoundFactory


@pytest.mark.parametrize(
    ("written", "length", "days"),
    [
        ("", 120, [7, 60, 106]),
        ("", 20, [7, 10]),
        ("", 5, [7]),
        ("3, 30,90", 120, [3, 30, 90]),
    ],
)
def test_check_ins_are_planned_by_hand_or_by_length(written, length, days):
    round_ = RoundFactory.build(check_in_days=written)
    round_.ends_at = round_.introduces_at + timedelta(days=length)

    assert round_.check_ins_after == days


@pytest.mark.parametrize(
    "written",
    [
        "seven",
        "0",
        "-1",
        "7,7",
        "60,7",
        "7,,60",
        "7;60",
        "2000",
        "1,2,3,4,5,6,7,8,9,10,11,12,13",
    ],
)
def test_days_that_make_no_sense_are_refused(written):
    with pytest.raises(ValidationError):
        validate_days(written)
