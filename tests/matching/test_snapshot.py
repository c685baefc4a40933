"""Counts that tell nothing about one person."""

from __future__ import annotations

import pickle
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from matching import snapshot as counting
from matching.models import Aside
from matching.snapshot import HELD_BACK, STEPS, About, Snapshot, about, snapshot
from tests.factories import ApplicationFactory, RoundFactory, days_from_now
from tests.matching.engine.test_newcomer import crowd
from tests.properties import examples


def pool(size, first=1):
    """A snapshot that need not know more of people than that they are there."""
    return Snapshot(crowd(), np.arange(first, first + size, dtype=np.int64))


def all_of(size):
    return np.ones(size, dtype=np.bool_)


@pytest.fixture
def moment(monkeypatch):
    """Sets the clock: `moment(days=1)` from now."""
    start = timezone.now()

    def go(**later):
        monkeypatch.setattr(
            counting.timezone, "now", lambda: start + timedelta(**later)
        )

    return go


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "fewer than 10"),
        (9, "fewer than 10"),
        (10, "10–20"),
        (19, "10–20"),
        (20, "20–40"),
        (59, "40–60"),
        (99, "60–100"),
        (100, "100–200"),
        (299, "200–300"),
        (300, "300+"),
        (5000, "300+"),
    ],
)
def test_number_is_told_as_a_range(count, words):
    assert str(about(count)) == words


@examples(200)
@given(st.integers(0, 1000), st.integers(1, 10**6))
def test_never_more_is_told_than_there_are_and_at_most_three_are_left_out(size, first):
    told = pool(size, first).about(all_of(size))

    assert told.least in STEPS
    assert told.least <= size
    assert told.below is None or size < told.below + HELD_BACK


@examples(50)
@given(st.integers(0, 400), st.integers(1, 10**6))
def test_same_people_always_give_the_same_answer(size, first):
    assert pool(size, first).about(all_of(size)) == pool(size, first).about(
        all_of(size)
    )


def test_one_person_more_cannot_be_read_from_two_answers():
    """At the edge of a step both answers are given, by 20 people as well as by 22."""
    told = {
        size: {pool(size, first).about(all_of(size)) for first in range(1, 100)}
        for size in (20, 21, 22)
    }

    assert list(told.values()) == [{About(10), About(20)}] * 3


@pytest.mark.django_db
class TestSnapshot:
    def everybody(self, round_):
        return sorted(snapshot(round_).keys.tolist())

    def test_counts_who_is_in_so_far(self, round_):
        mine = ApplicationFactory(round=round_)
        asked = ApplicationFactory(round=round_, asked_still_in_at=timezone.now())
        ApplicationFactory(round=round_, confirmed_at=None)
        ApplicationFactory(round=round_, withdrawn_at=timezone.now())
        ApplicationFactory(
            round=round_,
            asked_still_in_at=timezone.now(),
            sat_out_at=timezone.now(),
        )
        Aside.objects.create(application=ApplicationFactory(round=round_), reason="?")
        ApplicationFactory()

        assert self.everybody(round_) == [mine.pk, asked.pk]

    def test_stays_the_same_for_a_quarter_of_an_hour(self, round_, moment):
        moment(minutes=0)
        first = ApplicationFactory(round=round_)
        seen = self.everybody(round_)
        second = ApplicationFactory(round=round_)
        first.withdrawn_at = timezone.now()
        first.save()

        assert self.everybody(round_) == seen == [first.pk]
        moment(minutes=15)
        assert self.everybody(round_) == [second.pk]

    def test_whoever_confirms_is_counted_from_the_next_quarter_on(self, round_, moment):
        moment(minutes=0)
        new = ApplicationFactory(round=round_, confirmed_at=timezone.now())

        assert self.everybody(round_) == []
        moment(minutes=15)
        assert self.everybody(round_) == [new.pk]

    def test_holds_no_word_about_anybody(self, round_):
        ApplicationFactory(
            round=round_,
            name="Marker",
            user__email="marker@example.org",
            about="Marker",
        )

        assert b"arker" not in pickle.dumps(snapshot(round_))

    @pytest.mark.parametrize("size", [10, 60])
    def test_asks_the_database_once_however_many_there_are(
        self, round_, size, django_assert_num_queries
    ):
        ApplicationFactory.create_batch(size, round=round_)

        with django_assert_num_queries(4):
            snapshot(round_)
        with django_assert_num_queries(0):
            snapshot(round_)

    def test_rounds_are_counted_apart(self, round_):
        other = RoundFactory(ends_at=days_from_now(200))
        theirs = ApplicationFactory(round=other)

        assert self.everybody(round_) == []
        assert self.everybody(other) == [theirs.pk]
