"""The levels decide one after the other, also where their digits run out of room."""

from __future__ import annotations

from matching.engine import Wish, match
from tests.matching.engine.test_match import groups, person, problem


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
