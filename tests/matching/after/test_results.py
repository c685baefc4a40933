from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.after import results
from matching.after.results import FEWEST, as_rows, groups, hidden
from tests.properties import examples

COUNTS = st.lists(st.integers(0, 40), min_size=2, max_size=6)


def total(counts, some):
    return sum(counts[k] for k in some)


@examples(200)
@given(COUNTS)
def test_every_small_group_is_hidden_and_none_alone(counts):
    gone = hidden(counts)

    assert {k for k, count in enumerate(counts) if count < FEWEST} <= gone
    if sum(counts) >= FEWEST:
        assert len(gone) != 1
        assert not gone or total(counts, gone) >= FEWEST


@examples(60)
@given(
    st.lists(st.integers(0, 9), min_size=2, max_size=4).filter(lambda c: sum(c) >= 5)
)
def test_no_hidden_number_follows_from_those_that_are_shown(counts):
    """Whoever knows the total and all that is shown finds several numbers possible."""
    gone = sorted(hidden(counts))
    rest = total(counts, gone)
    possible = [
        found
        for found in product(range(rest + 1), repeat=len(gone))
        if sum(found) == rest
    ]

    for place, _ in enumerate(gone):
        assert len({found[place] for found in possible}) > 1


@examples(60)
@given(st.lists(st.lists(st.integers(1, 5), max_size=9), min_size=2, max_size=6))
def test_scores_are_hidden_with_their_numbers(scores):
    found = groups([(str(k), each) for k, each in enumerate(scores)])

    assert all((one.people is None) == (one.mean is None) for one in found)
    assert all(one.people is None or one.people >= FEWEST for one in found)


@pytest.mark.parametrize(
    ("counts", "gone"),
    [
        ([10, 20, 30], set()),
        ([3, 20, 30], {0, 1}),
        ([30, 4, 20], {1, 2}),
        ([4, 4, 20], {0, 1}),
        ([0, 20, 30], {0, 1}),
        ([0, 0, 20], {0, 1, 2}),
        ([1, 2, 20], {0, 1, 2}),
        ([4], {0}),
        ([5], set()),
        ([], set()),
    ],
)
def test_which_groups_are_hidden(counts, gone):
    assert hidden(counts) == gone


def test_satisfaction_is_held_against_frequency(ended_round, say_how_it_was):
    say_how_it_was(6, 5, "weekly")
    say_how_it_was(4, 4, "fortnightly")
    say_how_it_was(5, 2, "never")
    say_how_it_was(3, 3, "less")

    found = results.of(ended_round)

    assert (found.asked, found.answered, found.rate) == (18, 18, 100)
    assert found.everybody.mean == 3.6
    shown = {one.label: (one.people, one.mean) for one in found.by_frequency}
    assert shown == {
        "About every week": (6, 5),
        "About every two weeks": (None, None),
        "About once a month": (None, None),
        "Less often": (None, None),
        "Not at all": (5, 2),
    }


def test_met_wishes_are_held_against_unmet_ones(ended_round, say_how_it_was):
    say_how_it_was(6, 5, "weekly", met=True)
    say_how_it_was(7, 2, "weekly", met=False)
    say_how_it_was(8, 3, "weekly")

    [(aspect, met, unmet)] = results.of(ended_round).by_wish

    assert aspect.startswith("Country")
    assert (met.people, met.mean, unmet.people, unmet.mean) == (6, 5, 7, 2)


def test_few_without_the_wish_hide_another_group(ended_round, say_how_it_was):
    say_how_it_was(6, 5, "weekly", met=True)
    say_how_it_was(7, 2, "weekly", met=False)
    say_how_it_was(1, 3, "weekly")

    [(_, met, unmet)] = results.of(ended_round).by_wish

    assert (met.people, unmet.people) == (None, 7)


def test_nothing_but_the_rate_is_shown_while_the_survey_is_open(
    ended_round, say_how_it_was
):
    say_how_it_was(6, 5, "weekly")
    type(ended_round).objects.update(ends_at=ended_round.ends_at + timedelta(days=240))
    ended_round.refresh_from_db()

    found = results.of(ended_round)

    assert (found.answered, found.is_closed, found.by_frequency) == (6, False, [])


def test_nothing_is_shown_of_fewer_than_five(ended_round, say_how_it_was):
    say_how_it_was(4, 5, "weekly")

    found = results.of(ended_round)

    assert (found.everybody.people, found.by_frequency, found.quotes) == (None, [], [])


def test_only_what_may_be_quoted_is(ended_round, say_how_it_was):
    say_how_it_was(5, 5, "weekly", words="Lovely.", may_quote=True)
    say_how_it_was(5, 1, "never", words="Do not tell.")

    assert results.of(ended_round).quotes == ["Lovely."] * 5


def test_file_hides_what_the_page_hides(ended_round, say_how_it_was):
    say_how_it_was(6, 5, "weekly")
    say_how_it_was(3, 1, "never")

    rows = as_rows(results.of(ended_round))

    assert ["how often in touch", "Not at all", "hidden", "hidden"] in rows
    assert ["everybody", "All", "9", "3.7"] in rows
    assert all(row[2] != "3" for row in rows)


def test_results_take_as_many_queries_for_many_as_for_few(
    ended_round, say_how_it_was, django_assert_num_queries
):
    say_how_it_was(12, 5, "weekly", met=True)

    with django_assert_num_queries(2):
        results.of(ended_round)
