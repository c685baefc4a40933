"""Blocks of pairs, held against plain sets and against the whole round at once."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import Wish
from matching.engine.scoring import scores as scoring
from matching.engine.scoring.aspects import ASPECTS, NEW_COUNTRY, Offered, Shared
from matching.engine.scoring.scores import Scoring, score
from tests.matching.engine.brute_force import may_be_paired, meets, minutes_awake
from tests.matching.engine.test_match import person, problem, small_problems
from tests.properties import examples

few = examples(25)
slices = st.builds(
    lambda a, b: slice(min(a, b), max(a, b)), st.integers(0, 7), st.integers(0, 7)
)


def many_tokens():
    return st.frozensets(st.sampled_from([f"t{k}" for k in range(150)]), max_size=40)


@few
@given(small_problems())
def test_score_says_who_may_be_paired_and_what_is_met(pool):
    scores = score(pool)

    people = scores.people
    for (i, a), (j, b) in (
        (x, y) for x in enumerate(people) for y in enumerate(people)
    ):
        met = {name for k, name in enumerate(ASPECTS) if scores.met[i, j] >> k & 1}
        new = bool(scores.met[i, j] & NEW_COUNTRY)
        assert scores.allowed[i, j] == may_be_paired(pool, a, b)
        assert met == {w.aspect for w in a.wishes if meets(pool, a, b, w)}
        assert new == (bool(a.past_countries) and b.country not in a.past_countries)
        assert scores.minutes[i, j] == minutes_awake(pool, a, b)


@few
@given(small_problems(), slices, slices, st.integers(1, 20))
def test_blocks_equal_the_whole_round(pool, rows, cols, chunk):
    scores, weighed = score(pool), Scoring(pool)
    i, j = np.arange(weighed.n)[rows, None], np.arange(weighed.n)[cols]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "CHUNK", chunk)
        patch.setattr(scoring, "WIDE", 1 + chunk // 4)
        block = weighed.block(rows, cols)

    assert np.array_equal(block, scores.weights[rows, cols])
    assert np.array_equal(weighed.worth(i, j), block)
    assert np.array_equal(weighed.allowed(i, j), scores.allowed[rows, cols])
    assert np.array_equal(weighed.met(i, j), scores.met[rows, cols])
    assert np.array_equal(weighed.minutes(i, j), scores.minutes[rows, cols])


@few
@given(small_problems(), st.integers(1, 20))
def test_levels_do_not_depend_on_how_much_is_looked_at_together(pool, chunk):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "CHUNK", chunk)
        weighed = Scoring(pool)

    assert weighed.units == Scoring(pool).units


@few
@given(small_problems(), st.randoms(use_true_random=False))
def test_permuting_people_permutes_blocks(pool, chance):
    n = len(pool.people)
    order = chance.sample(range(n), n)
    place = {id: k for k, id in enumerate(order)} | {id: id for id in range(n, 7)}

    moved = replace(
        pool,
        people=tuple(replace(p, id=place[p.id]) for p in pool.people),
        apart=frozenset(frozenset(place[id] for id in pair) for pair in pool.apart),
    )

    block = Scoring(pool).block(slice(None), slice(None))
    moved_block = Scoring(moved).block(slice(None), slice(None))
    there = [place[id] for id in range(n)]
    assert np.array_equal(moved_block[np.ix_(there, there)], block)


def test_blocks_are_symmetric_in_a_round_of_many():
    chance = random.Random(0)
    people = [
        person(
            id,
            chance.choice(["KE", "PE", "NO"]),
            offers={"workplace": frozenset({chance.choice(["public", "school"])})},
            wishes=(Wish("workplace", frozenset({"public"})),),
        )
        for id in range(500)
    ]
    pairs = frozenset(frozenset(chance.sample(range(600), 2)) for _ in range(900))

    weighed = Scoring(problem(*people, apart=pairs))

    left, right = slice(0, 130), slice(90, 500)
    block = weighed.block(left, right)
    assert np.array_equal(block, weighed.block(right, left).T)
    i, j = np.array([sorted(pair) for pair in pairs if max(pair) < 500]).T
    assert set(weighed.worth(i, j).tolist()) == {-1}
    assert (block >= 0).any()


def test_pinned_people_may_only_be_paired_with_their_pin():
    people = [person(1, "KE"), person(2, "PE"), person(3, "NO"), person(4, "AU")]

    weighed = Scoring(problem(*people, together=frozenset({frozenset({2, 3})})))

    allowed = weighed.block(slice(None), slice(None)) >= 0
    assert np.argwhere(np.triu(allowed)).tolist() == [[0, 3], [1, 2]]


@pytest.mark.parametrize("partner", [2, 3])
def test_person_pinned_twice_is_named(partner):
    people = [person(1, "KE"), person(2, "PE"), person(3, "NO")]
    pins = frozenset({frozenset({1, partner}), frozenset({2, 3})})

    with pytest.raises(ValueError, match="are pinned together, but may not be paired"):
        Scoring(problem(*people, together=pins))


@few
@given(small_problems())
def test_step_above_outweighs_all_hours_of_a_matching(pool):
    weighed = Scoring(pool)

    hour = weighed.units.of["hours"]
    steps = [
        int(weighed.hours_worth(minutes_awake(pool, a, b))) // hour
        for a in pool.people
        for b in pool.people
        if a.country != b.country
    ]
    above = [unit for unit in weighed.units.of.values() if unit > hour]
    assert min(steps, default=0) == 0
    assert all(unit > hour * max(steps, default=0) * (weighed.n // 2) for unit in above)


@few
@given(
    st.lists(st.tuples(many_tokens(), many_tokens()), min_size=1, max_size=6),
)
def test_shared_finds_a_token_among_any_number(sets):
    asks, has = zip(*sets, strict=True)
    everybody = np.arange(len(sets))

    found = Shared(asks, has)(everybody[:, None], everybody)

    assert found.tolist() == [[bool(a & h) for h in has] for a in asks]


def test_new_aspect_is_one_entry(monkeypatch):
    monkeypatch.delitem(ASPECTS, "hours")  # to make room for it among the bits
    monkeypatch.setitem(ASPECTS, "pets", Offered("pets", "a pet"))
    cats = {"pets": frozenset({"cat"})}
    people = [
        person(1, "KE", wishes=(Wish("pets", frozenset({"cat"}), "must"),)),
        person(2, "PE"),
        person(3, "NO", offers=cats, past_countries=frozenset({"KE"})),
    ]

    scores = score(problem(*people))

    assert scores.allowed.tolist()[0] == [False, False, True]
    assert scores.met[0, 2] == 1 << 6
    assert scores.met[2, 1] == NEW_COUNTRY


def test_pairs_weigh_what_this_version_of_the_scoring_says():
    """Where this fails, raise SCORING_VERSION: stored proofs are about other weights."""
    wished = [
        Wish("country", frozenset({"NO"}), "must"),
        Wish("interests", frozenset({"maps", "film"})),
        Wish("hours", frozenset({"6"}), "important"),
    ]
    round_ = problem(
        person(1, "KE", zone="Etc/GMT-3", wishes=tuple(wished), unlucky=True),
        person(2, "NO", zone="Etc/GMT-1", offers={"interests": frozenset({"maps"})}),
        person(3, "PE", zone="Etc/GMT+5", wishes=tuple(wished[1:])),
        person(4, "NP", zone="UTC", past_countries=frozenset({"PE"})),
    )

    weights = score(round_).weights

    assert scoring.SCORING_VERSION == 1
    assert weights[np.triu_indices(4, 1)].tolist() == [68522, -1, -1, 59864, 29, 59172]
