from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import given

from matching.engine import Wish, match
from matching.engine.questions import leftover
from matching.engine.questions.concessions import Concession, prospects
from matching.engine.questions.leftover import leftovers
from tests.matching.engine.brute_force import (
    best_ranks,
    may_be_paired,
)
from tests.matching.engine.test_groups import ENGLISH, SPANISH, crowd, islands
from tests.matching.engine.test_match import person, problem, small_problems
from tests.properties import examples

NORWAY = Wish("country", frozenset({"NO"}), "must")
PERU = Wish("country", frozenset({"PE"}), "must")
SCHOOL = Wish("workplace", frozenset({"school"}), "must")


MADE_FOR_EACH_OTHER = (person(1, "NO"), person(2, "AU"))


def groups(pool):
    return [group.people for group in match(pool).groups]


def found(pool):
    return leftovers(pool, groups(pool))


def after(pool, concession, id):
    """The same problem, with the concession made."""
    changes = {"accepts_three": True} if not concession.musts else {}
    [one] = (one for one in pool.people if one.id == id)
    changes["wishes"] = tuple(
        wish
        for wish in one.wishes
        if wish.strength != "must" or wish.aspect not in concession.musts
    )
    people = [replace(p, **changes) if p is one else p for p in pool.people]
    return replace(pool, people=tuple(people))


def fewest_alone(pool):
    return best_ranks(pool)[0]


@examples(50)
@given(islands(most=7))
def test_concession_helps_exactly_where_trying_all_leaves_fewer_alone(pool):
    alone = fewest_alone(pool)

    for left in found(pool):
        for concession in left.prospect.concessions:
            changed = after(pool, concession, left.prospect.person)
            assert concession.helps == (fewest_alone(changed) < alone)


@examples(50)
@given(small_problems())
def test_concessions_open_as_many_partners_as_trying_them_does(pool):
    def partners(pool, id):
        [one] = (one for one in pool.people if one.id == id)
        others = (p for p in pool.people if p.id != id)
        return {p.id for p in others if may_be_paired(pool, one, p)}

    for prospect in prospects(pool, at_most=len(pool.people)):
        before = partners(pool, prospect.person)
        assert prospect.possible == len(before)
        assert (
            prospect.possible + sum(prospect.excluded.values()) == len(pool.people) - 1
        )
        for concession in prospect.concessions:
            now = partners(after(pool, concession, prospect.person), prospect.person)
            assert concession.opens == len(now - before) > 0


@examples(50)
@given(islands())
def test_witness_shows_that_some_must_stay_alone(pool):
    people = {one.id: one for one in pool.people}
    for left in found(pool):
        witness = left.witness
        if witness is None:
            assert left.prospect.possible == 0
            continue
        assert left.prospect.person in witness.crowd
        assert witness.must_stay > 0
        reached = connected(pool, witness.crowd)
        assert len(reached) == witness.parts
        assert all(len(part) % 2 for part in reached)
        for id in witness.crowd:
            one = people[id]
            others = (p for p in pool.people if p is not one)
            near = {p.id for p in others if may_be_paired(pool, one, p)}
            assert near <= {*witness.crowd, *witness.partners}
            assert not witness.country or one.country == witness.country
            assert not witness.languages or one.languages == witness.languages


def connected(pool, ids):
    """The parts into which these people fall."""
    people = {one.id: one for one in pool.people}
    parts = []
    for id in ids:
        near = [
            part
            for part in parts
            if any(may_be_paired(pool, people[id], people[other]) for other in part)
        ]
        parts = [part for part in parts if part not in near]
        parts.append({id}.union(*near))
    return parts


def test_crowd_of_one_country_is_named():
    people = [person(k, "AU" if k < 5 else "KE") for k in range(8)]

    left = found(problem(*people))

    assert len(left) == 2
    assert {one.witness for one in left} == {left[0].witness}
    witness = left[0].witness
    assert (witness.crowd, witness.partners) == ((0, 1, 2, 3, 4), (5, 6, 7))
    assert (witness.must_stay, witness.country) == (2, "AU")
    assert left[0].smallest_concession is None


def test_island_of_one_language_is_named():
    people = crowd(*[ENGLISH] * 4, *[SPANISH] * 3, accepts_three=False)

    [left] = found(problem(*people))

    assert (left.witness.crowd, left.witness.partners) == ((4, 5, 6), ())
    assert (left.witness.parts, left.witness.languages) == (1, SPANISH)
    # Another two would have to accept it as well.
    assert left.prospect.concessions == ()


def test_whoever_refuses_a_group_of_three_may_accept_it():
    people = crowd(*[ENGLISH] * 3)
    unwilling = [replace(people[0], accepts_three=False), *people[1:]]

    lefts = found(problem(*unwilling))

    concessions = {one.prospect.person: one.prospect.concessions for one in lefts}
    assert list(concessions.values()) in ([()], [(Concession((), 2, helps=True),)])


def test_smallest_concession_is_the_first_that_helps():
    picky = person(0, "KE", wishes=(PERU, SCHOOL))
    others = [
        person(1, "PE", offers={"workplace": frozenset({"public"})}),
        person(2, "NO", offers={"workplace": frozenset({"school"})}),
        person(3, "AU", offers={"workplace": frozenset({"school"})}),
        person(4, "NP", wishes=(replace(NORWAY, accepted=frozenset({"AU"})),)),
    ]
    pool = problem(picky, *others, apart=frozenset({frozenset({2, 4})}))

    [left] = leftovers(pool, [(1, 2), (3, 4)])

    assert left.witness is None
    assert left.prospect.excluded == {"own_musts": 4}
    assert left.prospect.concessions == (
        Concession(("country",), 2, helps=False),
        Concession(("workplace",), 1, helps=False),
        Concession(("country", "workplace"), 3, helps=True),  # as a group of three
    )
    assert left.smallest_concession == left.prospect.concessions[2]


def test_dropping_a_must_opens_a_partner():
    picky, other = found(problem(person(0, "KE", wishes=(PERU,)), person(1, "NO")))

    assert picky.smallest_concession == Concession(("country",), 1, helps=True)
    assert other.prospect.excluded == {"their_musts": 1}
    assert other.smallest_concession is None


def test_what_too_many_concessions_would_change_is_left_open():
    [left] = found(problem(person(0, "KE", wishes=(PERU,)), *MADE_FOR_EACH_OTHER))
    with patch.object(leftover, "CUTS", 0):
        [unknown] = found(
            problem(person(0, "KE", wishes=(PERU,)), *MADE_FOR_EACH_OTHER)
        )

    assert left.prospect.concessions == (Concession(("country",), 2, helps=True),)
    assert unknown.prospect.concessions == (Concession(("country",), 2, helps=None),)
    assert unknown.smallest_concession is None


def test_nothing_of_ones_own_helps_where_others_keep_away():
    people = [
        person(0, "KE"),
        person(1, "PE", wishes=(NORWAY,)),
        person(2, "NO"),
        person(3, "AU", languages=frozenset({"ga"})),
        person(4, "KE"),
        person(5, "NP"),
    ]
    apart = frozenset(frozenset(pair) for pair in [(0, 2), (0, 5)])

    pool = problem(*people, apart=apart)
    [left, _] = found(pool)

    assert left.prospect.person == 0
    assert left.prospect.excluded == {
        "same_country": 1,
        "no_common_language": 1,
        "kept_apart": 2,
        "their_musts": 1,
    }
    assert left.smallest_concession is None


def test_groups_that_leave_more_over_than_need_be_are_refused():
    pool = problem(person(0, "KE"), person(1, "PE"))

    with pytest.raises(ValueError, match="More people could be paired"):
        leftovers(pool, [])


def test_nobody_left_over_needs_no_words():
    assert leftovers(problem(person(0, "KE"), person(1, "PE")), [(0, 1)]) == ()
    assert prospects(problem(), at_most=3) == ()


def test_prospects_name_those_with_few_possible_partners_first():
    pool = problem(
        person(0, "KE", wishes=(PERU,)),
        person(1, "NO"),
        person(2, "AU", wishes=(NORWAY,)),
        person(3, "NP"),
    )

    few = prospects(pool, at_most=1)

    assert [(one.person, one.possible) for one in few] == [(0, 0), (2, 1), (3, 1)]
    assert few[0].concessions == (Concession(("country",), 2),)
