from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import Wish, verify
from matching.engine.repair import Alone, repair, weights_to_repair
from tests.matching.engine.brute_force import groupings, ranks
from tests.matching.engine.test_match import ZONES, person, problem, small_problems
from tests.properties import examples


def ids(found):
    return [group.people for group in found.groups]


@st.composite
def broken_rounds(draw):
    """A problem, the groups that work, the needy, and volunteers from these groups and others."""
    pool = draw(small_problems())
    people = [one.id for one in pool.people]
    roles = draw(
        st.lists(
            st.sampled_from(["needy", "needy", "needy", "volunteer", "content"]),
            min_size=len(people),
            max_size=len(people),
        )
    )
    needy = [id for id, role in zip(people, roles, strict=True) if role == "needy"]
    others = [id for id in people if id not in needy]
    working = list(zip(others[::2], others[1::2], strict=False))
    volunteers = [
        id for id, role in zip(people, roles, strict=True) if role == "volunteer"
    ]
    return pool, working, needy, volunteers


def answers(pool, working, needy, volunteers):
    """Every way to repair: (needy alone, threes, volunteers asked, levels), by trying all."""
    concerned = [one for one in pool.people if one.id in {*needy, *volunteers}]
    partners = {frozenset(pair) for group in working for pair in combinations(group, 2)}
    for groups in many_threes(pool, concerned):
        sets = [{one.id for one in group} for group in groups]
        new = [group for group in sets if len(group) > 1]
        if any(
            group in partners or len(group & set(volunteers)) > 3 - len(group)
            for group in new
        ):
            continue
        alone = sum(len(group) == 1 and group <= set(needy) for group in sets)
        asked = sum(len(group & set(volunteers)) for group in new)
        threes = sum(len(group) == 3 for group in sets)
        yield alone, threes, asked, ranks(pool, groups)[1:]


def many_threes(pool, people):
    """Every way to form pairs and any number of groups of three."""
    for with_a_three in groupings(pool, people, trio=True):
        three = next((group for group in with_a_three if len(group) == 3), None)
        if three is None:
            yield with_a_three
            continue
        rest = [one for one in people if one not in three]
        if len(rest) < 3:
            yield with_a_three
        else:
            yield from ([three, *others] for others in many_threes(pool, rest))


@examples(50)
@given(broken_rounds())
def test_repair_is_as_good_as_trying_all(case):
    pool, _, needy, volunteers = case

    found = repair(*case)

    groups = ids(found)
    threes = sum(len(group) == 3 for group in groups)
    single = {one.id for one in pool.people}.difference(*groups)
    people = {one.id: one for one in pool.people}
    grouping = [
        [people[id] for id in group]
        for group in [
            *groups,
            *((id,) for id in sorted(single & {*needy, *volunteers})),
        ]
    ]
    best = min(answers(*case))
    levels = ranks(pool, grouping)[1:]
    mine = (len(found.alone), threes, len(found.asked), levels)
    assert mine == best


@examples(50)
@given(broken_rounds())
def test_repair_touches_no_working_pair_and_pairs_no_volunteers(case):
    _, working, needy, volunteers = case

    found = repair(*case)

    seated = [id for group in ids(found) for id in group]
    alone = [one.person for one in found.alone]
    assert sorted({*seated, *alone} & set(needy)) == sorted(needy)
    assert len(seated) == len(set(seated))
    assert set(found.asked) == set(seated) - set(needy) <= set(volunteers)
    for group in ids(found):
        assert set(group) & set(needy)
        assert not any(set(group) <= set(pair) for pair in working)


@examples(50)
@given(broken_rounds())
def test_repair_is_proven(case):
    found = repair(*case)

    assert found.is_proven
    verify(weights_to_repair(*case, found), found.proof)


def test_volunteers_are_asked_only_where_the_needy_cannot_help_each_other():
    norway = Wish("country", frozenset({"NO"}), "important")
    people = [person(1, "KE", wishes=(norway,)), person(2, "PE", wishes=(norway,))]
    people += [person(3, "NO"), person(4, "AU"), person(5, "NO"), person(6, "NP")]

    found = repair(problem(*people), [(3, 4), (5, 6)], needy=[1, 2], volunteers=[3, 5])

    assert (ids(found), found.asked, found.alone) == ([(1, 2)], (), ())


def test_as_few_volunteers_as_possible_help():
    people = [person(1, "KE"), person(2, "PE"), person(3, "NO")]
    people += [person(4, "AU"), person(5, "NP")]

    found = repair(problem(*people), [(4, 5)], needy=[1, 2, 3], volunteers=[4, 5])

    assert (len(found.groups), len(found.asked), found.alone) == (2, 1, ())


def test_nobody_meets_a_present_or_past_partner_anew():
    people = [person(1, "KE"), person(2, "PE"), person(3, "NO")]
    pool = problem(*people, apart=frozenset({frozenset({1, 2})}))

    found = repair(pool, [(2, 3)], needy=[1], volunteers=[2])

    assert (ids(found), found.alone) == ([], (Alone(1, possible=0),))


def test_pin_that_was_kept_before_does_not_stand_in_the_way():
    pinned = frozenset({frozenset({2, 3})})
    pool = problem(person(1, "KE"), person(2, "PE"), person(3, "NO"), together=pinned)

    assert ids(repair(pool, [(2, 3)], [1], [2, 3])) in ([(1, 2)], [(1, 3)])


def test_three_who_accept_it_form_a_group_before_one_stays_alone():
    people = [person(1, "KE"), person(2, "PE"), person(3, "NO")]

    assert ids(repair(problem(*people), [], [1, 2, 3])) == [(1, 2, 3)]


def test_three_who_do_not_all_accept_it_leave_one_alone():
    people = [person(1, "KE"), person(2, "PE"), person(3, "NO", accepts_three=False)]

    [alone] = repair(problem(*people), [], [1, 2, 3]).alone

    assert alone.possible == 2


def test_a_volunteer_comes_before_a_group_of_three():
    people = [person(1, "KE"), person(2, "PE"), person(3, "NO"), person(4, "AU")]

    found = repair(problem(*people, person(5, "NP")), [(4, 5)], [1, 2, 3], [4])

    assert (found.asked, [len(group) for group in ids(found)]) == ((4,), [2, 2])


def test_new_groups_tell_how_the_wishes_fare():
    maps = Wish("interests", frozenset({"maps"}))
    peru = Wish("country", frozenset({"PE"}))
    offers = {"interests": frozenset({"maps"})}
    people = [person(1, "KE", wishes=(peru, maps)), person(2, "NO", offers=offers)]

    [group] = repair(problem(*people), [], [1, 2]).groups

    assert (group.met, group.minutes_awake) == (((False, True), ()), 14 * 60)


@pytest.mark.parametrize(
    ("needy", "volunteers", "message"),
    [
        ([9], [], r"\[9\] are not in the round"),
        ([1, 2], [], r"\[2\] are in a group that works"),
        ([1], [1, 2], r"\[1\] cannot be both"),
    ],
)
def test_people_who_cannot_be_repaired_are_named(needy, volunteers, message):
    pool = problem(person(1, "KE"), person(2, "PE"), person(3, "NO"))

    with pytest.raises(ValueError, match=message):
        repair(pool, [(2, 3)], needy, volunteers)


def test_nothing_to_repair_is_no_failure():
    found = repair(problem(person(1), person(2, "PE")), [(1, 2)], [], [1])

    assert (found.groups, found.alone, found.is_proven) == ((), (), True)


def test_many_volunteers_are_no_hindrance():
    people = [person(id, list(ZONES)[id % 5], unlucky=True) for id in range(203)]

    found = repair(problem(*people), [], range(3), range(3, 203))

    assert (len(found.groups), len(found.asked), found.is_proven) == (2, 1, True)


@pytest.mark.parametrize("kept", [(1, 2), (1, 3), (2, 3), (2, 4)])
def test_pairs_of_an_earlier_repair_are_kept_where_all_else_is_equal(kept):
    people = [person(id, country) for id, country in enumerate(list(ZONES)[:4], 1)]
    earlier = frozenset({frozenset(kept)})

    found = repair(
        problem(*people, earlier=earlier, keep_before="hours"), [], [1, 2, 3, 4]
    )

    assert kept in ids(found)
    assert found.is_proven


def test_volunteers_of_an_earlier_repair_are_kept():
    people = [person(1, "KE"), *(person(id, "PE") for id in range(2, 9))]

    for volunteer in range(2, 9):
        earlier = frozenset({frozenset({1, volunteer})})
        found = repair(problem(*people, earlier=earlier), [], [1], range(2, 9))
        assert found.asked == (volunteer,)


@examples(25)
@given(broken_rounds(), st.randoms(use_true_random=False))
def test_repair_keeps_pairs_at_no_cost_of_who_is_alone_or_asked(case, chance):
    pool, working, needy, volunteers = case
    plain = repair(*case)
    pairs = [
        frozenset(pair) for pair in combinations([one.id for one in pool.people], 2)
    ]
    earlier = frozenset(chance.sample(pairs, len(pairs) // 2))

    found = repair(replace(pool, earlier=earlier), working, needy, volunteers)

    assert found.is_proven
    assert (len(found.alone), len(found.asked)) == (len(plain.alone), len(plain.asked))
    again = replace(pool, earlier=earlier)
    verify(weights_to_repair(again, working, needy, volunteers, found), found.proof)
