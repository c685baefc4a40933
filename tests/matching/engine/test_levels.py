"""The levels decide one after the other, also where their digits run out of room."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.engine import Wish, match
from matching.engine.problem import LEVELS
from matching.engine.scoring import levels
from matching.engine.scoring.levels import Most, units
from matching.engine.scoring.scores import score
from tests.matching.engine.brute_force import best_ranks, ranks
from tests.matching.engine.test_match import groups, person, problem, small_problems
from tests.properties import examples


def wish(aspect, token, strength="nice"):
    return Wish(aspect, frozenset({token}), strength)


def offers(**tokens):
    return {aspect: frozenset({token}) for aspect, token in tokens.items()}


def test_half_of_ones_wishes_comes_before_more_wishes_in_all():
    asks_much = person(
        1,
        "KE",
        wishes=(
            wish("workplace", "public", "important"),
            wish("interests", "maps", "important"),
            wish("role", "director", "important"),
            wish("career_stage", "early", "important"),
        ),
    )
    asks_little = person(
        2,
        "PE",
        wishes=(
            wish("workplace", "public"),
            wish("interests", "maps"),
            wish("role", "cook"),
        ),
    )
    has_all = offers(
        workplace="public", interests="maps", role="director", career_stage="early"
    )
    has_some = offers(workplace="public", career_stage="early")

    outcome = match(
        problem(
            asks_much,
            asks_little,
            person(3, "NO", offers=has_all),
            person(4, "AU", offers=has_some),
        )
    )

    assert groups(outcome) == [(1, 4), (2, 3)]


def found_by(outcome, pool):
    people = {person.id: person for person in pool.people}
    alone = [(id,) for id in outcome.unmatched]
    return [[people[id] for id in ids] for ids in [*groups(outcome), *alone]]


@examples(50)
@given(small_problems(), st.integers(12, 30))
def test_match_is_the_best_of_what_there_is_room_for(pool, bits):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(levels, "MOST", 1 << bits)
        try:
            scores = score(pool)
        except ValueError:
            assume(False)
        outcome = match(pool)

    room = {"hours_step": scores.hours_step, "left_to_draw": scores.left_to_draw}
    assert scores.weights.max(initial=0) <= 1 << bits
    assert ranks(pool, found_by(outcome, pool), **room) == best_ranks(pool, **room)


MANY = {
    "none_met": Most(2, 1000),
    "half_met": Most(2, 1000),
    "bad_luck": Most(2, 1000),
    "wishes": Most(100, 50_000),
    "new_countries": Most(2, 1000),
    "kept": Most(1, 0),
}


def hours(step):
    return Most(720 // step, 720 // step * 500)


@pytest.mark.parametrize(
    ("bits", "order", "step", "left"),
    [
        (62, LEVELS, 30, ()),
        (59, LEVELS, 120, ()),
        (56, LEVELS, 480, ()),
        (55, LEVELS, 30, ("new_countries",)),
        (46, LEVELS, 480, ("new_countries",)),
        (45, LEVELS, 30, ("new_countries", "hours")),
        (50, ("new_countries", *LEVELS[:-1]), 30, ("hours",)),
    ],
)
def test_lowest_levels_are_counted_coarser_until_all_fit(
    monkeypatch, bits, order, step, left
):
    monkeypatch.setattr(levels, "MOST", 1 << bits)

    found = units(order, MANY, hours)

    assert (found.hours_step, found.left_to_draw) == (step, left)
    assert {level for level in order if not found.of[level]} == set(left)


def test_level_that_nobody_needs_is_not_left_to_the_draw(monkeypatch):
    monkeypatch.setattr(levels, "MOST", 1 << 45)
    most = MANY | {"new_countries": Most(2, 0)}

    assert units(LEVELS, most, hours).left_to_draw == ("hours",)


def test_hours_give_way_to_pairs_that_are_kept(monkeypatch):
    monkeypatch.setattr(levels, "MOST", 1 << 69)
    most = MANY | {"kept": Most(1, 500)}

    found = units(LEVELS, most, hours)

    assert (found.hours_step, found.left_to_draw, found.of["kept"]) == (60, (), 1)


def test_too_many_people_for_the_levels_above_are_refused(monkeypatch):
    monkeypatch.setattr(levels, "MOST", 1 << 36)

    with pytest.raises(ValueError, match="cannot keep the levels apart"):
        units(LEVELS, MANY, hours)
