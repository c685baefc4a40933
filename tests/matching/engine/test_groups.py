from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.engine import Wish, match, verify
from matching.engine.grouping import groups
from matching.engine.grouping.bundle import Bundle
from matching.engine.grouping.groups import best_groups
from matching.engine.grouping.trios import worth
from matching.engine.scoring.scores import score
from tests.benchmarks.engine import invented
from tests.matching.engine.brute_force import groupings, may_be_paired
from tests.matching.engine.test_few_candidates import few_candidates
from tests.matching.engine.test_match import ZONES, person, problem, wishes
from tests.properties import examples

ENGLISH, SPANISH, BOTH = (
    frozenset(languages) for languages in ({"en"}, {"es"}, {"en", "es"})
)


@st.composite
def islands(draw, most=8):
    """Few people, most of whom speak one of two languages only."""
    people = [
        person(
            id,
            draw(st.sampled_from(list(ZONES))),
            languages=draw(st.sampled_from([ENGLISH, ENGLISH, SPANISH, SPANISH, BOTH])),
            offers={"workplace": frozenset({draw(st.sampled_from("ab"))})},
            wishes=draw(wishes()) if draw(st.booleans()) else (),
            accepts_three=draw(st.sampled_from([True, True, True, False])),
        )
        for id in range(draw(st.integers(3, most)))
    ]
    return problem(*people, seed=draw(st.integers(0, 9)))


def worth_of(scores, grouping):
    """By the engine's own weights; tests of the weights are elsewhere."""
    ids = [one.id for one in scores.people]
    total = 0
    for group in grouping:
        places = [np.array([ids.index(one.id)]) for one in group]
        if len(group) == 2:
            total += int(scores.weights[places[0], places[1]][0])
        if len(group) == 3:
            total += int(worth(scores, *places)[0])
    return total


def best_of_all(pool, scores):
    """The fewest left over, the fewest groups of three, the greatest worth."""
    left_over, threes, lost = min(
        (
            sum(len(group) == 1 for group in grouping),
            sum(len(group) == 3 for group in grouping),
            -worth_of(scores, grouping),
        )
        for grouping in groupings(pool, list(pool.people), trio=True)
    )
    return left_over, threes, -lost


def check(found, pool, scores):
    left_over, threes, value = best_of_all(pool, scores)
    assert len(found.unmatched) == left_over
    assert sum(len(group) == 3 for group in found.groups) == threes
    assert found.value == worth_of(
        scores, [[pool.people[k] for k in group] for group in found.groups]
    )
    assert found.value <= value <= found.bound


@examples(60)
@given(islands())
def test_groups_are_as_good_as_trying_all(pool):
    scores = score(pool)

    found = best_groups(scores, pool.seed)

    check(found, pool, scores)
    if sum(len(group) == 3 for group in found.groups) < 2:
        assert found.is_optimal


@examples(30)
@given(islands(), st.data())
def test_three_who_are_pinned_are_a_group_and_the_rest_is_as_good_as_can_be(pool, data):
    trios = [
        trio
        for trio in combinations(pool.people, 3)
        if all(one.accepts_three for one in trio)
        and all(may_be_paired(pool, *two) for two in combinations(trio, 2))
    ]
    assume(trios)
    pinned = frozenset(one.id for one in data.draw(st.sampled_from(trios)))
    pool = replace(pool, together=frozenset({pinned}))
    scores = score(pool)

    found = best_groups(scores, pool.seed)

    assert tuple(sorted(pinned)) in found.groups
    check(found, pool, scores)


@examples(40)
@given(islands(most=7))
def test_no_group_leads_to_more_than_any_other_has_taught(pool):
    scores = score(pool)
    search = groups._Search(scores, pool.seed)
    pairs = search.pairs()
    assume(pairs.left_over)
    trios = [
        trio
        for trio in combinations(range(len(pool.people)), 3)
        if all(scores.allowed[i, j] for i, j in combinations(trio, 2))
    ]
    answers = {trio: search._answer(pairs, trio) for trio in trios}
    solved = {trio: answer for trio, answer in answers.items() if answer}
    bundle = Bundle(scores, trios, [1 << 60] * len(trios), 0, [search.size - 1], 0)

    for trio, answer in solved.items():
        bundle.learn(trio, answer.rest.certificate)

    for trio, bound in zip(trios, bundle.excess.tolist(), strict=True):
        if trio in solved:
            assert bound == solved[trio].value  # its own prices are exact


def test_odd_round_is_proven_although_many_groups_promise_more():
    """A hundred groups of three promise another person with a wish met; none keeps it."""
    found = best_groups(score(invented(101, seed=3)))

    assert found.is_optimal


@examples(40)
@given(islands(most=7))
def test_groups_are_found_from_few_candidates(pool):
    scores = score(pool)

    with few_candidates():
        found = best_groups(scores, pool.seed)

    check(found, pool, scores)


@examples(40)
@given(islands(most=7), st.sampled_from(["MANY", "TRIES"]))
def test_gap_is_honest_where_few_groups_are_solved_out(pool, limit):
    scores = score(pool)

    with patch.object(groups, limit, 1):
        found = best_groups(scores, pool.seed)

    check(found, pool, scores)


@examples(40)
@given(islands())
def test_proof_is_of_all_who_are_in_no_group_of_three(pool):
    scores = score(pool)

    found = best_groups(scores, pool.seed)

    rest = np.setdiff1d(
        np.arange(len(pool.people)),
        [person for group in found.groups if len(group) == 3 for person in group],
    )
    verify(scores.weights[np.ix_(rest, rest)], found.proof)
    assert found.proof.is_optimal
    pairs = [tuple(rest[list(pair)].tolist()) for pair in found.proof.pairs]
    assert pairs == [group for group in found.groups if len(group) == 2]
    assert rest[list(found.proof.unmatched)].tolist() == list(found.unmatched)


def crowd(*languages, **facts):
    """People of five countries in turn, each with one of the languages."""
    countries = list(ZONES)
    return [
        person(k, countries[k % len(countries)], languages=spoken, **facts)
        for k, spoken in enumerate(languages)
    ]


def sizes(found):
    return sorted(map(len, found.groups))


def test_two_odd_islands_make_two_groups_of_three():
    people = crowd(*[ENGLISH] * 5, *[SPANISH] * 7)

    found = best_groups(score(problem(*people)))

    assert (sizes(found), found.unmatched) == ([2, 2, 2, 3, 3], ())
    assert found.is_optimal


def test_each_island_is_matched_as_if_it_were_alone():
    people = crowd(*[ENGLISH] * 15, *[SPANISH] * 21, wishes=WISH)
    scores = score(problem(*people))

    found = best_groups(scores)

    alone = [
        best_groups(score_of(scores, np.array(part)))
        for part in (range(15), range(15, 36))
    ]
    assert found.value == found.bound == sum(one.value for one in alone)
    assert found.unmatched == ()


def score_of(scores, part):
    """The same scores, of some people only."""
    square = np.ix_(part, part)
    return replace(
        scores,
        people=tuple(scores.people[k] for k in part),
        allowed=scores.allowed[square],
        met=scores.met[square],
        minutes=scores.minutes[square],
        table=scores.table[part],
        weights=scores.weights[square],
    )


WISH = (Wish("country", frozenset({"PE"})), Wish("hours", frozenset({"8"})))
TWO_OF_ONE_COUNTRY = ["KE", "PE", "PE", "NO", "AU", "AU"]


@pytest.mark.parametrize(
    "people",
    [
        crowd(*[ENGLISH] * 3, *[SPANISH] * 3, accepts_three=False),
        [
            person(k, country, languages=[ENGLISH, SPANISH][k // 3])
            for k, country in enumerate(TWO_OF_ONE_COUNTRY)
        ],
    ],
    ids=["nobody accepts three", "two of three from one country"],
)
def test_two_stay_alone_where_no_group_of_three_can_be_formed(people):
    found = best_groups(score(problem(*people)))

    assert (sizes(found), len(found.unmatched)) == ([2, 2], 2)
    assert found.is_optimal


def test_most_of_one_country_leave_the_rest_of_it_alone():
    people = [person(k, "AU" if k < 9 else list(ZONES)[1 + k % 4]) for k in range(14)]

    found = best_groups(score(problem(*people)))

    assert sizes(found) == [2] * 5
    assert {people[k].country for k in found.unmatched} == {"AU"}
    assert found.is_optimal


def test_group_of_three_that_saves_nobody_is_not_formed():
    """Two can only meet one and the same person, so that one of them stays alone."""
    norway = Wish("country", frozenset({"NO"}), "must")
    hubs = [person(0, "AU", wishes=(norway,)), person(1, "AU", wishes=(norway,))]
    others = [person(k, ["KE", "NP", "PE"][k % 3]) for k in range(3, 9)]

    found = best_groups(score(problem(*hubs, person(2, "NO"), *others)))

    assert sizes(found) == [2, 2, 2, 2]
    assert found.unmatched in ((0,), (1,))
    assert found.is_optimal


def three_islands_and_a_bridge():
    """One person speaks the languages of three odd islands, and can be a partner in one of them."""
    german = frozenset({"de"})
    bridge = person(99, "NO", languages=ENGLISH | SPANISH | german)
    people = crowd(*[ENGLISH] * 3, *[SPANISH] * 3, *[german] * 3, wishes=WISH)
    return problem(*people, bridge)


def test_groups_behind_one_barrier_are_formed_while_they_help():
    found = best_groups(score(three_islands_and_a_bridge()))

    assert (sizes(found), found.unmatched) == ([2, 2, 3, 3], ())


def test_matching_is_only_called_proven_where_its_groups_of_three_are():
    proven = match(problem(*crowd(*[ENGLISH] * 5)))
    unproven = match(three_islands_and_a_bridge())

    assert (proven.is_proven, proven.bound) == (True, proven.value)
    assert not unproven.is_proven
    assert unproven.proof.is_optimal
    assert unproven.value < unproven.bound


def test_pair_kept_in_a_group_of_three_counts():
    people = [person(k, country) for k, country in enumerate(ZONES)]
    earlier = frozenset(map(frozenset, [(0, 1), (0, 2), (1, 2)]))
    scores = score(problem(*people, earlier=earlier, keep_before="none_met"))

    found = best_groups(scores)

    assert found.groups == ((0, 1, 2), (3, 4))
