from __future__ import annotations

from hypothesis import given

from matching.engine import Hopeless, Wish, fewest_alone, survey
from tests.matching.engine.brute_force import best_ranks
from tests.matching.engine.test_groups import islands
from tests.matching.engine.test_match import person, problem
from tests.properties import examples

PERU = Wish("country", frozenset({"PE"}))
MUST_PERU = Wish("country", frozenset({"PE"}), "must")
NORWAY = Wish("country", frozenset({"NO"}))


def test_wish_is_hopeless_where_nobody_else_offers_it():
    pool = problem(person(1, "NO", wishes=[PERU]), person(2, "AU", wishes=[NORWAY]))

    assert survey(pool).hopeless == (Hopeless(1, "country", 0),)


def test_wish_is_hopeless_where_only_the_own_country_offers_it():
    pool = problem(
        person(1, "NO", wishes=[NORWAY]),
        person(2, "NO"),
        person(3, "AU"),
        person(4, "AU"),
    )

    assert survey(pool).hopeless == (Hopeless(1, "country", 1),)


def test_own_must_makes_no_other_wish_hopeless():
    school = Wish("workplace", frozenset({"school"}))
    pool = problem(
        person(1, "NO", wishes=[MUST_PERU, school]),
        person(2, "AU", offers={"workplace": frozenset({"school"})}),
        person(3, "PE"),
    )

    assert survey(pool).hopeless == ()


def test_of_who_is_out_of_reach_only_what_nobody_has_is_hopeless():
    pool = problem(
        person(1, "NO", languages=frozenset({"no"}), wishes=[PERU]),
        person(2, "AU"),
        person(3, "PE"),
    )

    assert survey(pool).hopeless == ()


def test_few_are_listed_with_what_would_open_more():
    pool = problem(
        person(1, "NO", wishes=[MUST_PERU]), *(person(k, "AU") for k in range(2, 9))
    )

    [one, *others] = survey(pool, at_most=0).few

    assert (one.person, one.possible) == (1, 0)
    assert [(c.musts, c.opens) for c in one.concessions] == [(("country",), 7)]
    assert [other.person for other in others] == [2, 3, 4, 5, 6, 7, 8]


@examples(30)
@given(islands(most=7))
def test_fewest_alone_is_what_trying_all_finds(pool):
    assert fewest_alone(pool) == best_ranks(pool)[0]


def test_empty_pool_has_nothing_to_say():
    assert survey(problem()).few == survey(problem()).hopeless == ()
    assert fewest_alone(problem()) == 0
