from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from matching.engine import Crowd, Wish
from tests.matching.engine.brute_force import may_be_paired
from tests.matching.engine.test_match import ENDS, STARTS, person, small_problems
from tests.properties import examples

PERU = Wish("country", frozenset({"PE"}), "must")
SCHOOL = Wish("workplace", frozenset({"school"}), "must")
TEN_HOURS = Wish("hours", frozenset({"10"}), "must")


def crowd(*people):
    return Crowd(people, STARTS, ENDS)


def test_newcomer_may_meet_whoever_breaks_no_rule():
    people = [
        person(1, "KE"),
        person(2, "PE", languages=frozenset({"es"})),
        person(3, "NO", wishes=(PERU,)),
        person(4, "PE"),
    ]

    chances = crowd(*people).chances(person(5, "KE"))

    assert chances.possible.tolist() == [False, False, False, True]


def test_each_must_has_its_price():
    school = {"workplace": frozenset({"school"})}
    people = [
        person(1, "PE", offers=school),
        person(2, "PE"),
        person(3, "NO", offers=school),
        person(4, "NO"),
    ]

    chances = crowd(*people).chances(person(5, "KE", wishes=(PERU, SCHOOL)))

    assert chances.possible.tolist() == [True, False, False, False]
    assert chances.without({"country"}).tolist() == [True, False, True, False]
    assert chances.without({"workplace"}).tolist() == [True, True, False, False]
    assert chances.without({"country", "workplace"}).all()


def test_hours_count_for_somebody_from_a_zone_that_nobody_else_lives_in():
    people = [person(1, "KE", wishes=(TEN_HOURS,)), person(2, "PE")]

    chances = crowd(*people).chances(person(3, "NO", wishes=(TEN_HOURS,)))

    assert chances.possible.tolist() == [True, False]


def test_nobody_is_there_for_the_first_one():
    assert crowd().chances(person(1, wishes=(PERU, TEN_HOURS))).possible.tolist() == []


@examples(300)
@given(small_problems())
def test_chances_are_those_that_trying_each_pair_finds(pool):
    strangers = replace(pool, apart=frozenset())

    for newcomer in pool.people:
        others = [one for one in pool.people if one is not newcomer]
        chances = crowd(*others).chances(newcomer)
        for musts in ({}, {"country"}, {"workplace", "hours"}, {*chances.unmet}):
            kept = tuple(
                wish
                for wish in newcomer.wishes
                if wish.strength != "must" or wish.aspect not in musts
            )
            asking = replace(newcomer, wishes=kept)
            expected = [may_be_paired(strangers, asking, one) for one in others]
            assert chances.without(musts).tolist() == expected


@examples(50)
@given(small_problems())
def test_order_of_the_people_does_not_matter(pool):
    asking, *others = [person(9, "KE", wishes=(PERU,)), *pool.people]

    there = crowd(*others).chances(asking).possible.tolist()
    back = crowd(*others[::-1]).chances(asking).possible.tolist()

    assert there == back[::-1]
