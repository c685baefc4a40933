"""The rule itself: at most so many from one country, first come, first served."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.country_cap import beyond, deferred, most_from_one
from participants.models import Application
from tests.properties import examples

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def applied(pk, country, minutes_ago=0):
    """An unsaved application: nothing here asks the database."""
    submitted_at = NOON - timedelta(minutes=minutes_ago)
    return Application(
        pk=pk, user_id=100 + pk, country=country, submitted_at=submitted_at
    )


def waiting(people, percent, first=()):
    return [application.pk for application in deferred(people, percent, first)]


@pytest.mark.parametrize(
    ("people", "percent", "most"), [(100, 20, 20), (9, 20, 1), (3, 20, 1), (0, 20, 1)]
)
def test_share_is_of_all_people_and_at_least_one(people, percent, most):
    assert most_from_one(people, percent) == most


def test_who_applied_first_stays():
    people = [applied(pk, "KE", minutes_ago=pk) for pk in (1, 2, 3, 4)]
    people += [applied(pk, "PE", minutes_ago=pk) for pk in (5, 6)]

    assert waiting(people, 50) == [1]
    assert waiting(people, 34) == [2, 1]
    assert waiting(people, 99) == []


def test_who_waited_last_time_comes_first():
    people = [applied(pk, "KE", minutes_ago=pk) for pk in (1, 2, 3)]

    assert waiting(people, 70, first={101}) == [2]


def test_nobody_waits_where_nobody_applied():
    assert deferred([], 20) == []


def test_who_comes_next_is_first_in_the_queue():
    people = [applied(pk, "KE", minutes_ago=pk) for pk in (1, 2, 3, 4)]

    assert [one.pk for one in beyond(people, 2)] == [2, 1]
    assert [one.pk for one in beyond(people, 2, first={101})] == [3, 2]


PEOPLE = st.lists(
    st.tuples(st.sampled_from(["KE", "PE", "NO"]), st.integers(0, 9)), max_size=30
).map(
    lambda told: [
        applied(pk, country, minutes) for pk, (country, minutes) in enumerate(told, 1)
    ]
)


@examples(200)
@given(PEOPLE, st.integers(1, 99), st.sets(st.integers(101, 130)))
def test_no_country_ever_has_more_than_its_share(people, percent, first):
    late = {one.pk for one in deferred(people, percent, first)}

    most = most_from_one(len(people), percent)
    here = Counter(str(one.country.code) for one in people if one.pk not in late)
    everybody = Counter(str(one.country.code) for one in people)
    assert here == {code: min(most, count) for code, count in everybody.items()}


@examples(200)
@given(PEOPLE, st.integers(1, 99), st.sets(st.integers(101, 130)))
def test_nobody_is_let_in_before_a_compatriot_who_came_earlier(people, percent, first):
    waiting = deferred(people, percent, first)

    for late in waiting:
        for one in people:
            if one.country == late.country and one not in waiting:
                mine = late.user_id not in first, late.submitted_at
                theirs = one.user_id not in first, one.submitted_at
                assert theirs <= mine
