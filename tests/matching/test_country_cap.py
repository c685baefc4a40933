from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from matching.country_cap import deferred, most_from_one
from participants.models import Application
from tests.factories import RoundFactory


def applied(pk, country, minutes_ago=0):
    """An unsaved application: nothing here asks the database."""
    submitted_at = timezone.now() - timedelta(minutes=minutes_ago)
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


@pytest.mark.django_db
@pytest.mark.parametrize("percent", [0, 100])
def test_cap_is_a_share(percent):
    with pytest.raises(IntegrityError):
        RoundFactory(country_cap=percent)
