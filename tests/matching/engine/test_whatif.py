from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.engine import Wish, solve
from matching.engine.grouping.groups import best_groups
from matching.engine.questions.whatif import WhatIf
from matching.engine.scoring.scores import Scoring, score
from tests.benchmarks.engine import invented
from tests.matching.engine.brute_force import digits, groupings, ranks
from tests.matching.engine.test_match import person, problem, small_problems
from tests.properties import examples


def ask(pool):
    """Questions about the best groups of a pool."""
    scores = score(pool)
    return WhatIf(scores, best_groups(scores, pool.seed).groups, Scoring(pool).units.of)


def fresh(weights, people=None):
    """How many pairs a fresh search finds, and what they are worth."""
    people = range(len(weights)) if people is None else people
    solution = solve(weights[np.ix_(people, people)])
    return len(solution.pairs), solution.value


def wish(aspect, *accepted, strength="nice"):
    return Wish(aspect, frozenset(accepted), strength)


# --- Against trying all ---------------------------------------------------


def levels_by_trying_all(pool):
    """By level, what the best pairs come to; what is to be small."""
    everything = groupings(pool, list(pool.people), trio=False)
    best = min(ranks(pool, grouping) for grouping in everything)
    return dict(zip(["alone", *digits(pool, ())], best, strict=True))


@examples(20)
@given(small_problems(), st.data())
def test_price_of_a_pair_is_what_trying_all_loses_by_level(pool, data):
    pool = replace(pool, people=pool.people[: len(pool.people) // 2 * 2])
    questions = ask(pool)
    assume(not questions.threes)
    allowed = [
        (pool.people[i].id, pool.people[j].id)
        for i, j in np.argwhere(np.triu(questions.scores.allowed)).tolist()
    ]
    assume(allowed)
    a, b = data.draw(st.sampled_from(allowed))
    pair = frozenset({frozenset({a, b})})

    forced, forbidden = questions.force(a, b), questions.forbid(a, b)

    before = levels_by_trying_all(pool)
    for answer, changed in (
        (forced, replace(pool, together=pair)),
        (forbidden, replace(pool, apart=pool.apart | pair)),
    ):
        after = levels_by_trying_all(changed)
        lost = {level: after[level] - before[level] for level in before}
        if lost["alone"]:  # hours count from the least that every pair has
            lost.pop("hours")
        found = dict.fromkeys(lost, 0) | answer.price
        assert {level: found[level] for level in lost} == lost


# --- Against fresh searches -----------------------------------------------


@pytest.fixture(scope="module")
def forty():
    return ask(invented(40, seed=3))


def test_any_pair_costs_what_a_fresh_search_loses(forty):
    weights = forty.scores.weights
    before = fresh(weights)

    for a, b in np.argwhere(np.triu(weights >= 0))[::29].tolist():
        answer = forty.force(a, b)

        rest = [k for k in range(40) if k not in (a, b)]
        pairs, value = fresh(weights, rest)
        lost = (before[0] - pairs - 1, before[1] - value - int(weights[a, b]))
        assert (answer.alone // 2, answer.loss) == lost
        assert (a, b) in answer.pairs_after or answer.changes == ()


def test_parting_a_pair_costs_what_a_fresh_search_loses(forty):
    for group in forty.groups:
        weights = forty.scores.weights.copy()
        weights[group], weights[group[::-1]] = -1, -1

        answer = forty.forbid(*group)

        assert (20 - answer.alone // 2, forty.total - answer.loss) == fresh(weights)
        assert group in answer.pairs_before


def test_somebody_leaving_costs_what_a_fresh_search_loses(forty):
    for a in range(40):
        answer = forty.without(a)

        rest = [k for k in range(40) if k != a]
        pairs, value = fresh(forty.scores.weights, rest)
        assert (answer.alone, forty.total - answer.loss) == (39 - 2 * pairs, value)


def test_somebody_coming_brings_what_a_fresh_search_wins():
    everybody = score(invented(41, seed=4))
    weights = everybody.weights
    for new in range(0, 41, 4):
        rest = np.delete(np.arange(41), new)
        scores = replace(
            everybody,
            people=tuple(everybody.people[k] for k in rest),
            weights=weights[np.ix_(rest, rest)],
            met=everybody.met[np.ix_(rest, rest)],
            table=everybody.table[rest],
        )
        units = Scoring(invented(41, seed=4)).units.of
        questions = WhatIf(scores, solve(scores.weights).pairs, units)

        answer = questions.with_person(new, weights[new, rest])

        pairs, value = fresh(weights)
        assert (answer.alone, questions.total - answer.loss) == (41 - 2 * pairs, value)


def test_partner_among_some_costs_what_a_fresh_search_loses(forty):
    before = fresh(forty.scores.weights)
    for a in range(0, 40, 3):
        some = {k for k in range(40) if (7 * k + a) % 5 == 0}
        weights = forty.scores.weights.copy()
        others = [k for k in range(40) if k not in some]
        weights[a, others] = weights[others, a] = -1

        answer = forty.among(a, some)

        lost = (before[0] - answer.alone // 2, before[1] - answer.loss)
        assert lost == fresh(weights)


def test_alternatives_are_the_cheapest_of_all(forty):
    for a in range(0, 40, 8):
        others = np.flatnonzero(forty.scores.allowed[a]).tolist()
        every = {b: forty.force(a, b) for b in others if b not in forty.partners[a]}
        prices = sorted((answer.alone, answer.loss) for answer in every.values())

        found = forty.alternatives(a, 5)

        assert [(answer.alone, answer.loss) for _, answer in found] == prices[:5]
        assert all(answer == every[b] for b, answer in found)


def test_few_tries_answer_as_well_for_those_they_try(forty):
    found = forty.alternatives(0, 5, tries=7)

    assert len(found) == 5
    assert all(answer == forty.force(0, b) for b, answer in found)


def test_who_pays_adds_up_to_the_loss(forty):
    """Where hours lose nothing, a loss is what people lose of their own."""
    unit = dict(forty.units)
    for a, b in [(0, 5), (3, 21), (10, 30), (17, 2)]:
        if not forty.scores.allowed[a, b]:
            continue
        answer = forty.force(a, b)

        gained = sum(
            unit[digit] * gain
            for change in answer.changes
            for digit, gain in change.gains.items()
        )
        assert gained == unit["hours"] * answer.by_level.get("hours", 0) - answer.loss


# --- Small cases with known answers ---------------------------------------


def test_answer_names_pairs_people_and_levels():
    questions = ask(
        problem(
            person(1, "KE", wishes=(wish("country", "NO"),)),
            person(2, "PE"),
            person(3, "NO"),
            person(4, "AU"),
        )
    )

    answer = questions.force(1, 4)

    assert answer.pairs_before == ((1, 3), (2, 4))
    assert answer.pairs_after == ((1, 4), (2, 3))
    assert [one.person for one in answer.changes] == [1, 2, 3, 4]
    assert list(answer.price)[:2] == ["none_met", "half_met"]
    assert (answer.alone, answer.by_level["wishes"]) == (0, 24)
    assert answer.changes[0].gains == {"none_met": -1, "half_met": -1, "wishes": -24}
    assert answer.changes[1].gains == {}


def test_pair_that_leaves_others_alone_says_so():
    spanish, both = frozenset({"es"}), frozenset({"en", "es"})
    questions = ask(
        problem(
            person(1, "KE"),
            person(2, "PE", languages=both),
            person(3, "NO", languages=spanish),
            person(4, "AU"),
        )
    )

    assert questions.force(1, 4).changes == ()
    assert questions.force(1, 2).alone == 2
    assert questions.force(1, 2).pairs_after == ((1, 2),)


def test_who_is_to_be_paired_does_not_stay_alone_instead():
    """Pairing 1 with 3 leaves the unlucky one alone: as many people, but a level lost."""
    questions = ask(
        problem(person(1, "AU"), person(2, "AU", unlucky=True), person(3, "KE"))
    )

    answer = questions.force(1, 3)

    assert (answer.price, answer.pairs_after) == ({"bad_luck": 1}, ((1, 3),))


def test_pairs_without_a_second_choice_are_found():
    spanish, both = frozenset({"es"}), frozenset({"en", "es"})
    questions = ask(
        problem(
            person(1, "KE", languages=both),
            person(2, "PE", languages=spanish),
            person(3, "NO"),
            person(4, "AU"),
            person(5, "KE"),
            person(6, "PE"),
        )
    )

    found = questions.without_second_choice()

    assert [(pair, answer.alone) for pair, answer in found] == [((1, 2), 2)]


def test_pair_that_may_not_be_is_refused(forty):
    a, b = np.argwhere(~forty.scores.allowed & ~np.eye(40, dtype=bool))[0].tolist()

    with pytest.raises(ValueError, match=f"People {a} and {b} may not be paired"):
        forty.force(a, b)


# --- Groups of three ------------------------------------------------------


@pytest.fixture(scope="module")
def forty_one():
    return ask(invented(41, seed=5))


def test_group_of_three_stays_as_it_is_when_others_are_asked_about(forty_one):
    [trio] = {forty_one.threes[k] for k in forty_one.threes}
    others = [k for k in range(41) if k not in trio]
    weights = forty_one.scores.weights
    before = fresh(weights, others)

    for a, b in combinations(others[:12:2], 2):
        if weights[a, b] < 0:
            continue
        answer = forty_one.force(a, b)

        rest = [k for k in others if k not in (a, b)]
        pairs, value = fresh(weights, rest)
        lost = (before[0] - pairs - 1, before[1] - value - int(weights[a, b]))
        assert (answer.alone // 2, answer.loss) == lost
        assert not set(trio) & {change.person for change in answer.changes}


def test_group_of_three_is_given_up_when_one_of_it_is_asked_about(forty_one):
    [trio] = {forty_one.threes[k] for k in forty_one.threes}
    weights = forty_one.scores.weights
    a = trio[0]
    b = next(k for k in range(41) if weights[a, k] >= 0 and k not in trio)

    answer, left = forty_one.force(a, b), forty_one.without(a)

    rest = [k for k in range(41) if k not in (a, b)]
    value = fresh(weights, rest)[1] + int(weights[a, b])
    assert (answer.alone, forty_one.total - answer.loss) == (1, value)
    assert {change.before for change in answer.changes if change.person == a} == {
        trio[1:]
    }
    value = fresh(weights, [k for k in range(41) if k != a])[1]
    assert (left.alone, forty_one.total - left.loss) == (0, value)


@examples(20)
@given(small_problems())
def test_total_is_what_the_groups_are_worth(pool):
    scores = score(pool)
    best = best_groups(scores, pool.seed)

    assert WhatIf(scores, best.groups, Scoring(pool).units.of).total == best.value
