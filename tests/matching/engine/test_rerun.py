"""A second search keeps what it can of the first."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import LEVELS, Wish, match
from matching.engine.scoring.scores import Scoring, score
from tests.matching.engine.brute_force import best_ranks, ranks
from tests.matching.engine.test_match import groups, person, problem, small_problems
from tests.properties import examples

pairs = st.frozensets(
    st.frozensets(st.integers(0, 6), min_size=2, max_size=2), max_size=4
)


def proposed(outcome):
    """The pairs of an outcome; a group of three is three."""
    return frozenset(
        frozenset(pair) for group in groups(outcome) for pair in combinations(group, 2)
    )


@examples(60)
@given(small_problems(), pairs, st.sampled_from(["", *LEVELS]))
def test_pairs_are_kept_where_that_is_asked_for(pool, earlier, keep_before):
    even = pool.people[: len(pool.people) // 2 * 2]
    pool = replace(pool, people=even, earlier=earlier, keep_before=keep_before)

    outcome = match(pool)

    people = {person.id: person for person in pool.people}
    alone = [(id,) for id in outcome.unmatched]
    found = [[people[id] for id in ids] for ids in [*groups(outcome), *alone]]
    assert ranks(pool, found) == best_ranks(pool)


@examples(20)
@given(small_problems(), pairs, st.sampled_from(["", *LEVELS]))
def test_kept_pairs_are_worth_the_same_in_blocks(pool, earlier, keep_before):
    pool = replace(pool, earlier=earlier, keep_before=keep_before)
    scores, weighed = score(pool), Scoring(pool)
    everybody = np.arange(weighed.n)
    i, j = everybody[:, None], everybody

    together = [[frozenset({a, b}) in earlier for b in everybody] for a in everybody]
    bare = scores.table[i, scores.met]
    bare = bare + bare.T + scores.hours_worth(scores.minutes)
    kept = np.array(together, dtype=np.int64).reshape(scores.weights.shape)
    expected = np.where(scores.allowed, bare + kept * scores.kept_pair, -1)
    assert np.array_equal(scores.weights, expected)
    assert np.array_equal(weighed.worth(i, j), expected)
    assert np.array_equal(
        scores.kept_worth(i, j) + np.zeros_like(kept), kept * scores.kept_pair
    )


def test_search_again_with_another_seed_changes_nothing():
    people = [person(id, ["KE", "PE"][id % 2]) for id in range(40)]
    first = match(problem(*people))

    fresh = match(problem(*people, seed=1))
    again = match(problem(*people, seed=1, earlier=proposed(first)))

    assert groups(fresh) != groups(first)
    assert groups(again) == groups(first)


@pytest.mark.parametrize(
    ("keep_before", "expected"),
    [("", [(1, 4), (2, 3)]), ("none_met", [(1, 3), (2, 4)])],
)
def test_pairs_are_kept_at_the_cost_of_lower_levels_only(keep_before, expected):
    people = [
        person(1, "KE", wishes=(Wish("country", frozenset({"AU"})),)),
        person(2, "PE", languages=frozenset({"en", "es"})),
        person(3, "NO", languages=frozenset({"en", "es"})),
        person(4, "AU"),
    ]
    earlier = frozenset({frozenset({1, 3}), frozenset({2, 4})})

    outcome = match(problem(*people, earlier=earlier, keep_before=keep_before))

    assert groups(outcome) == expected


def test_pairs_are_kept_before_a_level_that_there_is():
    with pytest.raises(ValueError, match="'luck' is not a level"):
        problem(keep_before="luck")
