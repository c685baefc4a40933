"""Who gets whom does not depend on what anybody is called, or who applied first."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import match
from tests.matching.engine.brute_force import ranks
from tests.matching.engine.test_match import ZONES, person, problem, small_problems
from tests.properties import examples


def renamed(pool, names):
    """The same round, with other ids."""
    people = tuple(replace(one, id=names[one.id]) for one in pool.people)
    apart = frozenset(
        frozenset(names[id] for id in pair)
        for pair in pool.apart
        if pair <= names.keys()
    )
    return replace(pool, people=people, apart=apart)


def groups(outcome):
    return [group.people for group in outcome.groups]


def levels(pool, outcome):
    people = {one.id: one for one in pool.people}
    everybody = [*groups(outcome), *((id,) for id in outcome.unmatched)]
    return ranks(pool, [[people[id] for id in group] for group in everybody])


@examples(30)
@given(small_problems(), st.data())
def test_other_ids_in_the_same_order_change_nothing(pool, data):
    gaps = data.draw(st.lists(st.integers(1, 50), min_size=7, max_size=7))
    names = {id: 100 * id + gap for id, gap in enumerate(gaps)}
    pool = renamed(pool, {one.id: names[one.id] for one in pool.people})
    shuffled = tuple(data.draw(st.permutations(pool.people)))
    back = {name: id for id, name in names.items()}

    again = match(replace(pool, people=shuffled))

    plain = match(renamed(pool, {one.id: back[one.id] for one in pool.people}))
    assert [tuple(back[id] for id in group) for group in groups(again)] == groups(plain)
    assert tuple(back[id] for id in again.unmatched) == plain.unmatched
    assert again.proof == plain.proof


@examples(30)
@given(small_problems(), st.data())
def test_other_ids_in_another_order_may_draw_anew_but_reach_the_same(pool, data):
    ids = [one.id for one in pool.people]
    names = dict(zip(ids, data.draw(st.permutations(ids)), strict=True))
    other = renamed(pool, names)

    assert levels(other, match(other)) == levels(pool, match(pool))


@pytest.mark.parametrize("size", [60, 61])
def test_ties_are_drawn_alike_whatever_the_ids_are(size):
    people = [person(id, list(ZONES)[id % 5]) for id in range(size)]
    names = dict(zip(range(size), count(10**9, 7), strict=False))

    plain = groups(match(problem(*people)))
    again = groups(match(renamed(problem(*people[::-1]), names)))

    assert again == [tuple(names[id] for id in group) for group in plain]
