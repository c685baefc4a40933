from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import Wish, match
from matching.engine.judging import Level, judge
from matching.engine.scoring.violations import Violation
from tests.matching.engine.brute_force import may_be_paired, ranks
from tests.matching.engine.test_match import person, problem, small_problems
from tests.properties import examples


@st.composite
def by_hand(draw):
    """A problem, and groups of two, with perhaps one of three, that may break rules."""
    pool = draw(small_problems())
    ids = draw(st.permutations([one.id for one in pool.people]))
    three = 3 * draw(st.sampled_from([0, 0, 1]))
    last = len(ids) - draw(st.integers(0, 2))
    groups = [ids[:three]] if three <= len(ids) and three else []
    groups += [ids[k : k + 2] for k in range(three, last - 1, 2)]
    return pool, groups


def is_fine(pool, group):
    people = [one for one in pool.people if one.id in group]
    return all(may_be_paired(pool, a, b) for a, b in combinations(people, 2)) and (
        len(group) == 2 or all(one.accepts_three for one in people)
    )


def ranked(pool, groups):
    """The levels by brute force, where whoever is in no group is left over."""
    people = {one.id: one for one in pool.people}
    alone = people.keys() - {id for group in groups for id in group}
    everybody = [*groups, *((id,) for id in alone)]
    return ranks(pool, [[people[id] for id in group] for group in everybody])


def after(groups, swap):
    """The groups once a swap is made."""
    kept = [group for group in groups if tuple(sorted(group)) not in swap.before]
    return kept + [group for group in swap.after if len(group) > 1]


@examples(40)
@given(by_hand())
def test_groups_break_a_rule_where_brute_force_says_so(case):
    pool, groups = case

    found = judge(pool, groups).violations

    broken = {violation.group for violation in found} - {None}
    assert broken == {k for k, group in enumerate(groups) if not is_fine(pool, group)}


@examples(40)
@given(by_hand())
def test_levels_count_as_brute_force_does(case):
    pool, groups = case
    whole = [group for group in groups if is_fine(pool, group)]
    best = [group.people for group in match(pool).groups]

    levels = judge(pool, groups).levels

    fewer = [
        a - b for a, b in zip(ranked(pool, whole), ranked(pool, best), strict=True)
    ]
    assert [level.best - level.reached for level in levels] == fewer


@examples(40)
@given(by_hand())
def test_every_swap_is_an_improvement_and_none_is_missed(case):
    pool, groups = case
    whole = [group for group in groups if is_fine(pool, group)]
    now = ranked(pool, whole)

    swaps = judge(pool, groups).swaps

    reached = [ranked(pool, after(whole, swap)) for swap in swaps]
    assert all(ranked_ < now for ranked_ in reached)
    exchanged = [ranked(pool, pairs) for pairs in exchanges(pool, groups, whole)]
    assert min([now, *reached]) == min([now, *exchanged])
    assert len({id for swap in swaps for group in swap.before for id in group}) == sum(
        len(group) for swap in swaps for group in swap.before
    )


def exchanges(pool, groups, whole):
    """Every matching that differs from `groups` by one exchange, rules observed."""
    pairs = [tuple(group) for group in groups if len(group) == 2]
    threes = [group for group in whole if len(group) == 3]
    seated = {id for group in [*pairs, *threes] for id in group}
    alone = [(one.id, None) for one in pool.people if one.id not in seated]
    for one, other in combinations([*pairs, *alone], 2):
        (a, b), (c, d) = one, other
        rest = [pair for pair in pairs if pair not in (one, other)]
        fine = [pair for pair in rest if is_fine(pool, pair)]
        for new in ((a, c), (b, d)), ((a, d), (b, c)):
            full = [pair for pair in new if None not in pair]
            if all(is_fine(pool, pair) for pair in full):
                yield [*threes, *fine, *full]


@examples(40)
@given(small_problems(), st.data())
def test_best_matching_is_worth_what_the_engine_says(pool, data):
    """Groups of three and pairs of an earlier proposal included."""
    two = st.frozensets(st.integers(0, 6), min_size=2, max_size=2)
    pool = replace(pool, earlier=data.draw(st.frozensets(two, max_size=4)))
    outcome = match(pool)

    judgement = judge(pool, [group.people for group in outcome.groups])

    assert judgement.value == judgement.bound == outcome.value
    assert judgement.swaps == ()


def test_best_matching_has_nothing_to_improve():
    people = [
        person(id, country) for id, country in enumerate(["KE", "PE", "NO", "AU"])
    ]
    pool = problem(*people)
    best = [group.people for group in match(pool).groups]

    judgement = judge(pool, best)

    assert (judgement.violations, judgement.swaps) == ((), ())
    assert judgement.value == judgement.bound
    assert {level.share for level in judgement.levels} == {1.0}


@pytest.fixture
def six():
    """Two who wish for each other's countries, apart; and two others from one country."""
    norway = Wish("country", frozenset({"NO"}), "important")
    kenya = Wish("country", frozenset({"KE"}), "nice")
    return [
        person(1, "KE", wishes=(norway,)),
        person(2, "PE"),
        person(3, "NO", wishes=(kenya,)),
        person(4, "AU"),
        person(5, "PE", accepts_three=False),
        person(6, "PE", languages=frozenset({"es"})),
    ]


def test_swap_says_what_it_gains_and_for_whom(six):
    [swap] = judge(problem(*six[:4]), [(1, 2), (4, 3)]).swaps

    assert (swap.before, swap.after) == (((1, 2), (3, 4)), ((1, 3), (2, 4)))
    assert (swap.gains["none_met"], swap.gains["wishes"]) == (2, 60)
    assert swap.people == ((1, 36), (3, 24))


def test_somebody_left_over_takes_the_place_of_another(six):
    [swap] = judge(problem(*six[:3]), [(1, 2)]).swaps

    assert (swap.before, swap.after) == (((1, 2), (3,)), ((1, 3), (2,)))


def test_two_left_over_are_paired_first(six):
    judgement = judge(problem(*six[:4]), [(1, 2)])

    assert judgement.swaps[0].before == ((3,), (4,))
    assert judgement.swaps[0].gains["matched"] == 2
    assert judgement.levels[0] == Level("matched", reached=2, best=4)
    assert judgement.levels[0].share == 0.5


def test_no_more_swaps_than_asked_for(six):
    assert judge(problem(*six[:4]), [], top=1).swaps[0].gains["matched"] == 2
    assert len(judge(problem(*six[:4]), [], top=1).swaps) == 1


def test_every_kind_of_violation_is_named(six):
    peru = Wish("country", frozenset({"PE"}), "must")
    six[3] = person(4, "AU", wishes=(peru,))
    people = [*six, person(7, "KE"), person(8, "NO"), person(9, "NP")]
    apart = frozenset({frozenset({1, 8})})
    together = frozenset({frozenset({7, 9})})
    pool = problem(*people, apart=apart, together=together)

    found = judge(pool, [(2, 6), (1, 8), (3, 4, 5), (1,), (7, 99), (3, 7)]).violations

    assert found == (
        Violation("same_country", (2, 6), 0),
        Violation("no_common_language", (2, 6), 0),
        Violation("kept_apart", (1, 8), 1),
        Violation("must", (4, 3), 2),
        Violation("no_three", (5,), 2),
        Violation("size", (1,), 3),
        Violation("twice", (1,), 3),
        Violation("unknown", (99,), 4),
        Violation("twice", (3, 7), 5),
        Violation("pinned", (3, 7), 5),
        Violation("missing", (9,)),
    )


def test_same_person_twice_in_a_group_is_named(six):
    found = judge(problem(*six[:2]), [(1, 1)]).violations

    assert found == (Violation("twice", (1,), 0), Violation("missing", (2,)))


def test_nobody_is_judged_without_failure():
    judgement = judge(problem(), [])

    assert (judgement.value, judgement.swaps) == (0, ())
