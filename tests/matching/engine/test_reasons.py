from __future__ import annotations

import numpy as np
import pytest

from matching.engine import Wish, match, solve
from matching.engine import outcome as outcome_module
from matching.engine.questions import reasons as reasons_module
from matching.engine.questions.reasons import (
    BITS,
    EQUAL,
    NOTHING_MET,
    OTHERS_FIRST,
    OTHERS_LOSE,
    SOMEBODY_ALONE,
)
from matching.engine.questions.threes import best_that_meets
from matching.engine.scoring.scores import Scoring, score
from tests.benchmarks.engine import invented
from tests.matching.engine.brute_force import groupings, meets
from tests.matching.engine.test_groups import worth_of
from tests.matching.engine.test_match import person, problem


def wish(aspect, *accepted, strength="nice"):
    return Wish(aspect, frozenset(accepted), strength)


def verdicts_of(pool):
    """By person, the verdicts of the best matching."""
    return {
        person: verdicts
        for group in match(pool).groups
        for person, verdicts in zip(group.people, group.verdicts, strict=True)
    }


def unmet(pool):
    return [
        (person, verdict)
        for person, verdicts in sorted(verdicts_of(pool).items())
        for verdict in verdicts
        if not verdict.met
    ]


def best_with(weights, person, partners):
    """The most pairs, then the most worth, with one of these partners: each tried anew."""
    found = []
    for partner in partners:
        rest = [k for k in range(len(weights)) if k not in (person, partner)]
        solution = solve(weights[np.ix_(rest, rest)])
        worth = solution.value + int(weights[person, partner])
        found.append((len(solution.pairs) + 1, worth))
    return max(found)


def test_price_is_what_fresh_searches_lose():
    pool = invented(30, seed=2)
    scores, units = score(pool), Scoring(pool).units.of
    best = solve(scores.weights)
    explained = [(k, verdict) for k, verdict in unmet(pool) if verdict.possible]

    for k, verdict in explained:
        meets = scores.met[k] >> BITS[verdict.wish.aspect] & 1 == 1
        partners = np.flatnonzero(meets & scores.allowed[k]).tolist()
        pairs, value = best_with(scores.weights, k, partners)
        price = dict(verdict.price)
        assert price.pop("alone", 0) == 2 * (len(best.pairs) - pairs)
        lost = sum(units[digit] * count for digit, count in price.items())
        assert lost == best.value - value
    assert len(explained) > 10


def test_wish_that_would_leave_somebody_alone():
    """Only 1 may be paired with 2, whom 3 wishes for, too."""
    spanish, both = frozenset({"es"}), frozenset({"en", "es"})

    [(asker, verdict)] = unmet(
        problem(
            person(1, "KE", languages=spanish),
            person(2, "NO", languages=both),
            person(3, "PE", wishes=(wish("country", "NO"),)),
            person(4, "AU"),
        )
    )

    assert (asker, verdict.reason) == (3, SOMEBODY_ALONE)
    assert next(iter(verdict.price.items())) == ("alone", 2)


def test_wish_that_would_leave_somebody_with_nothing_met():
    greedy = (wish("country", "NO"), wish("interests", "maps", strength="important"))
    maps = {"interests": frozenset({"maps"})}

    [(asker, verdict)] = unmet(
        problem(
            person(1, "KE", wishes=greedy),
            person(2, "PE", wishes=(wish("country", "NO"),)),
            person(3, "NO"),
            person(4, "AU", offers=maps),
        )
    )

    assert (asker, verdict.reason) == (1, NOTHING_MET)
    assert next(iter(verdict.price.items())) == ("none_met", 1)


def test_wish_for_which_others_would_lose_more():
    """Both have half of what they wish for; the stronger wish for Norway is met."""
    maps = {"interests": frozenset({"maps"})}
    norway = wish("country", "NO"), wish("country", "NO", strength="important")

    [(asker, verdict)] = [
        (asker, verdict)
        for asker, verdict in unmet(
            problem(
                person(1, "KE", wishes=(norway[0], wish("interests", "maps"))),
                person(2, "PE", wishes=(norway[1], wish("interests", "maps"))),
                person(3, "NO"),
                person(4, "AU", offers=maps),
            )
        )
        if verdict.wish.aspect == "country"
    ]

    assert (asker, verdict.reason) == (1, OTHERS_LOSE)
    assert next(iter(verdict.price.items())) == ("wishes", 12)


def test_wish_that_the_draw_decided():
    """Two in one country with the same wish: one of them gets it, by the seed."""
    norway = (wish("country", "NO"),)
    people = [
        person(1, "KE", wishes=norway),
        person(2, "KE", wishes=norway),
        person(3, "NO"),
        person(4, "PE", zone="Europe/Oslo"),
    ]
    pools = [problem(*people, seed=seed) for seed in range(8)]

    found = [unmet(pool) for pool in pools]

    assert {verdict.reason for [(_, verdict)] in found} == {EQUAL}
    assert all(verdict.price == {} for [(_, verdict)] in found)
    assert len({asker for [(asker, _)] in found}) == 2


def test_round_too_large_has_no_prices(monkeypatch):
    monkeypatch.setattr(outcome_module, "EXPLAINED", 29)

    found = [verdict for _, verdict in unmet(invented(30, seed=2)) if verdict.possible]

    assert {verdict.reason for verdict in found} == {OTHERS_FIRST}
    assert all(verdict.price == {} for verdict in found)


def best_grouping_that_meets(pool, scores, person, wish):
    """By brute force: what the best groups are worth in which somebody's wish is met."""
    found = []
    for grouping in groupings(pool, list(pool.people), trio=True):
        [group] = [group for group in grouping if person in group]
        if any(meets(pool, person, other, wish) for other in group if other != person):
            alone = sum(len(group) == 1 for group in grouping)
            threes = sum(len(group) == 3 for group in grouping)
            found.append((alone, threes, -worth_of(scores, grouping)))
    return min(found)


def test_price_in_a_group_of_three_is_what_brute_force_says():
    told = set()

    for seed in range(12):
        pool = invented(7, seed=seed)
        scores, units = score(pool), Scoring(pool).units.of
        outcome = match(pool)
        people = {one.id: one for one in pool.people}
        for group in outcome.groups:
            for id, verdicts in zip(group.people, group.verdicts, strict=True):
                for verdict in verdicts:
                    if len(group.people) == 2 or verdict.met or not verdict.possible:
                        continue
                    alone, threes, worth = best_grouping_that_meets(
                        pool, scores, people[id], verdict.wish
                    )
                    told.add(verdict.reason)
                    if verdict.reason == OTHERS_FIRST:
                        assert (alone, threes) != (0, 1)
                        continue
                    lost = sum(units[digit] * n for digit, n in verdict.price.items())
                    assert (alone, threes) == (0, 1)
                    assert lost == outcome.value + worth
    assert OTHERS_LOSE in told


def test_prize_that_is_too_small_tells_nothing():
    pool = invented(21, seed=1)
    scores = score(pool)
    [trio] = [group for group in match(pool).groups if len(group.people) == 3]
    place = {one.id: k for k, one in enumerate(scores.people)}
    asker, bit = next(
        (place[id], BITS[verdict.wish.aspect])
        for id, verdicts in zip(trio.people, trio.verdicts, strict=True)
        for verdict in verdicts
        if verdict.price
    )

    assert best_that_meets(scores, asker, bit, prize=0) is None
    assert best_that_meets(scores, asker, bit, prize=1) is None
    assert best_that_meets(scores, asker, bit, prize=1 << 50) is not None


def test_price_beyond_64_bits_is_left_unsaid(monkeypatch):
    def refuse(self, person, partners):
        raise OverflowError

    monkeypatch.setattr(reasons_module.WhatIf, "among_indices", refuse)

    found = [verdict for _, verdict in unmet(invented(30, seed=2)) if verdict.possible]

    assert {verdict.reason for verdict in found} == {OTHERS_FIRST}


@pytest.mark.parametrize(("every", "more"), [(1, True), (10**6, False)])
def test_long_explanations_show_a_sign_of_life(every, more, monkeypatch):
    monkeypatch.setattr(reasons_module, "SIGN_OF_LIFE", every)
    stages = []

    match(invented(30, seed=2), stages.append)

    assert stages[:4] == ["scoring", "solving", "proving", "explaining"]
    assert set(stages[4:]) == ({"explaining"} if more else set())
