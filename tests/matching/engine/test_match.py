from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import LEVELS, Person, Problem, Wish, match
from matching.engine import outcome as outcome_module
from matching.engine.grouping import groups as groups_module
from tests.matching.engine.brute_force import best_ranks, ranks
from tests.properties import examples

STARTS, ENDS = date(2026, 10, 20), date(2026, 10, 22)
ZONES = {
    "AU": "Australia/Adelaide",
    "KE": "Africa/Nairobi",
    "NP": "Asia/Kathmandu",
    "PE": "America/Lima",
    "NO": "Europe/Oslo",
}


def person(id, country="KE", **facts):
    facts.setdefault("zone", ZONES[country])
    facts.setdefault("languages", frozenset({"en"}))
    facts["offers"] = {"country": frozenset({country})} | facts.get("offers", {})
    return Person(id=id, country=country, **facts)


def problem(*people, **settings):
    return Problem(people=people, starts=STARTS, ends=ENDS, **settings)


def groups(outcome):
    return [group.people for group in outcome.groups]


@st.composite
def wishes(draw):
    aspects = draw(
        st.lists(
            st.sampled_from(["country", "workplace", "interests", "hours"]), unique=True
        )
    )
    tokens = {
        "country": list(ZONES),
        "workplace": ["public", "school"],
        "interests": ["maps", "film", "zines"],
    }
    made = []
    for aspect in aspects:
        if aspect == "hours":
            accepted = {draw(st.sampled_from(["6", "8", "10"]))}
        else:
            accepted = draw(
                st.sets(st.sampled_from(tokens[aspect]), min_size=1, max_size=2)
            )
        strength = draw(
            st.sampled_from(["nice", "nice", "important", "important", "must"])
        )
        made.append(Wish(aspect, frozenset(accepted), strength))
    return tuple(made)


@st.composite
def small_problems(draw):
    people = []
    for id in range(draw(st.integers(0, 7))):
        offers = {
            "workplace": frozenset({draw(st.sampled_from(["public", "school"]))}),
            "interests": draw(
                st.frozensets(st.sampled_from(["maps", "film", "zines"]))
            ),
        }
        people.append(
            person(
                id,
                draw(st.sampled_from(list(ZONES))),
                offers=offers,
                languages=draw(
                    st.sampled_from([frozenset({"en"}), frozenset({"en", "es"})])
                ),
                wishes=draw(wishes()),
                accepts_three=draw(st.sampled_from([True, True, True, False])),
                unlucky=draw(st.booleans()),
                past_countries=draw(
                    st.frozensets(st.sampled_from(list(ZONES)), max_size=2)
                ),
            )
        )
    apart = draw(
        st.frozensets(
            st.frozensets(st.integers(0, 6), min_size=2, max_size=2), max_size=3
        )
    )
    return problem(
        *people,
        apart=apart,
        levels=tuple(draw(st.permutations(LEVELS))),
        seed=draw(st.integers(0, 9)),
    )


@examples(300)
@given(small_problems())
def test_match_is_as_good_as_trying_all_level_by_level(pool):
    outcome = match(pool)

    found = [
        [next(p for p in pool.people if p.id == id) for id in ids]
        for ids in [*groups(outcome), *((id,) for id in outcome.unmatched)]
    ]
    assert ranks(pool, found) == best_ranks(pool)


@examples(100)
@given(small_problems(), st.randoms(use_true_random=False))
def test_match_does_not_depend_on_the_order_of_people(pool, chance):
    shuffled = list(pool.people)
    chance.shuffle(shuffled)

    assert match(replace(pool, people=tuple(shuffled))) == match(pool)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_match_of_many_does_not_depend_on_the_order_of_people(seed):
    chance = random.Random(seed)
    people = [person(id, chance.choice(list(ZONES))) for id in range(41)]
    pool = problem(*people, seed=seed)

    again = match(replace(pool, people=tuple(chance.sample(people, len(people)))))

    assert again == match(pool)
    assert sum(map(len, groups(again))) == 41


def test_another_seed_breaks_ties_another_way():
    people = [person(id, list(ZONES)[id % 2]) for id in range(20)]

    drawn = {tuple(groups(match(problem(*people, seed=seed)))) for seed in range(5)}

    assert len(drawn) == 5


def test_pairs_come_from_different_countries():
    outcome = match(
        problem(person(1, "KE"), person(2, "KE"), person(3, "PE"), person(4, "PE"))
    )

    assert {frozenset(pair) for pair in groups(outcome)} in (
        {frozenset({1, 3}), frozenset({2, 4})},
        {frozenset({1, 4}), frozenset({2, 3})},
    )


def test_pairs_share_a_language():
    spanish = frozenset({"es"})

    outcome = match(
        problem(
            person(1, "KE"),
            person(2, "PE", languages=spanish),
            person(3, "NO"),
            person(4, "AU", languages=spanish),
        )
    )

    assert groups(outcome) == [(1, 3), (2, 4)]


def test_must_is_never_broken_even_if_two_stay_alone():
    peru = Wish("country", frozenset({"PE"}), "must")

    outcome = match(problem(person(1, "KE", wishes=(peru,)), person(2, "NO")))

    assert outcome.unmatched == (1, 2)


def test_odd_number_ends_in_one_group_of_three_countries():
    outcome = match(problem(*(person(k, country) for k, country in enumerate(ZONES))))

    assert sorted(map(len, groups(outcome))) == [2, 3]
    assert outcome.unmatched == ()


def test_group_of_three_needs_three_who_agree():
    outcome = match(
        problem(person(1, "KE"), person(2, "PE"), person(3, "NO", accepts_three=False))
    )

    assert [len(groups(outcome)), len(outcome.unmatched)] == [1, 1]


def test_pinned_people_stay_together():
    outcome = match(
        problem(
            person(1, "KE", wishes=(Wish("country", frozenset({"NO"})),)),
            person(2, "PE"),
            person(3, "NO"),
            person(4, "AU"),
            together=frozenset({frozenset({1, 4})}),
        )
    )

    assert groups(outcome) == [(1, 4), (2, 3)]


def test_pin_that_breaks_a_rule_is_named():
    with pytest.raises(
        ValueError, match=r"\[1, 2\] are pinned together, but may not be paired"
    ):
        match(problem(person(1), person(2), together=frozenset({frozenset({1, 2})})))


@pytest.mark.parametrize(
    ("third", "trouble"),
    [
        ({"country": "KE"}, "may not be paired"),
        ({"accepts_three": False}, "not all accept a group of three"),
    ],
)
def test_three_are_pinned_only_by_the_rules(third, trouble):
    people = person(1, "KE"), person(2, "PE"), person(3, **{"country": "NO"} | third)

    with pytest.raises(ValueError, match=trouble):
        match(problem(*people, together=frozenset({frozenset({1, 2, 3})})))


def test_pin_holds_two_or_three():
    with pytest.raises(ValueError, match="two or three"):
        problem(person(1), together=frozenset({frozenset({1})}))


def test_known_groups_are_not_explained_again():
    people = [
        person(1, "KE", wishes=(Wish("country", frozenset({"NO"})),)),
        person(2, "PE", wishes=(Wish("country", frozenset({"NO"})),)),
        person(3, "NO"),
        person(4, "AU"),
    ]
    asked = problem(*people)

    new, known = (
        match(asked),
        match(asked, known={frozenset({2, 4}), frozenset({1, 4})}),
    )

    assert groups(new) == groups(known)
    reasons = [
        {v.reason for g in o.groups for vs in g.verdicts for v in vs}
        for o in (new, known)
    ]
    assert reasons == [{"", "others_lose"}, {"", "others_first"}]


def test_people_kept_apart_do_not_meet():
    people = [person(1, "KE"), person(2, "PE"), person(3, "NO"), person(4, "AU")]

    outcome = match(
        problem(*people, apart=frozenset({frozenset({1, 2}), frozenset({1, 3})}))
    )

    assert groups(outcome) == [(1, 4), (2, 3)]


def test_one_persons_third_wish_never_beats_anothers_first():
    greedy = person(
        1,
        "KE",
        wishes=(
            Wish("country", frozenset({"NO", "AU"})),
            Wish("interests", frozenset({"maps"})),
            Wish("workplace", frozenset({"public"}), "important"),
        ),
    )
    modest = person(2, "PE", wishes=(Wish("workplace", frozenset({"public"})),))
    public = person(
        3,
        "NO",
        offers={"workplace": frozenset({"public"}), "interests": frozenset({"maps"})},
    )
    other = person(4, "AU", offers={"interests": frozenset({"maps"})})

    outcome = match(problem(greedy, modest, public, other))

    assert groups(outcome) == [(1, 4), (2, 3)]


def test_verdicts_say_why_a_wish_was_not_met():
    people = [
        person(1, "KE", wishes=(Wish("country", frozenset({"NP"})),)),
        person(2, "PE", wishes=(Wish("country", frozenset({"KE"})),)),
        person(3, "NO", wishes=(Wish("country", frozenset({"KE"})),)),
        person(4, "AU", languages=frozenset({"en", "ga"})),
        person(5, "NP", languages=frozenset({"ga"})),
        person(6, "PE", wishes=(Wish("workplace", frozenset({"moon"})),)),
    ]

    outcome = match(problem(*people))

    reasons = {
        id: [
            (
                verdict.met,
                verdict.reason,
                verdict.asked,
                verdict.offered,
                verdict.possible,
            )
            for verdict in verdicts
        ]
        for group in outcome.groups
        for id, verdicts in zip(group.people, group.verdicts, strict=True)
    }
    assert reasons[1] == [(False, "nobody_possible", 1, 1, 0)]
    assert reasons[6] == [(False, "nobody_offers", 1, 0, 0)]
    assert sorted([reasons[2], reasons[3]]) == [
        [(False, "somebody_alone", 2, 1, 1)],
        [(True, "", 2, 1, 1)],
    ]
    assert reasons[4] == reasons[5] == []


def test_outcome_whose_proof_fails_is_not_called_proven(monkeypatch):
    pool = problem(person(1, "KE"), person(2, "PE"))
    honest = groups_module.best_groups

    def boast(scores, seed):
        best = honest(scores, seed)
        return replace(best, proof=replace(best.proof, value=best.proof.value + 1))

    assert match(pool).is_proven
    monkeypatch.setattr(outcome_module, "best_groups", boast)
    assert not match(pool).is_proven


def test_empty_round_has_an_empty_outcome():
    assert groups(match(problem())) == []


def test_one_person_stays_alone():
    assert match(problem(person(7))).unmatched == (7,)


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (("hat", {"red"}, "nice"), "'hat' is not an aspect"),
        (("country", {"PE"}, "maybe"), "'maybe' is not a strength"),
        (("hours", {"3", "4"}, "nice"), "names one number of hours"),
    ],
)
def test_wish_that_makes_no_sense_is_refused(wish, message):
    aspect, accepted, strength = wish

    with pytest.raises(ValueError, match=message):
        Wish(aspect, frozenset(accepted), strength)


def test_match_reports_each_stage_as_it_begins():
    stages = []

    match(problem(person(1, "KE"), person(2, "NO")), stages.append)

    assert stages == ["scoring", "solving", "proving", "explaining"]
