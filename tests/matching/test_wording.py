from __future__ import annotations

import pytest

from matching import wording
from matching.engine import LEVELS
from matching.engine.problem import STRENGTHS
from matching.engine.scoring.levels import RETURNS, digits_of
from participants.terms import Terms
from tests.factories import WorkplaceFactory
from tests.matching.reports import line


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (30, "30 min"), (480, "8 h"), (510, "8 h 30 min")],
)
def test_duration_reads_as_people_say_it(minutes, words):
    assert wording.duration(minutes) == words


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], ""),
        (["Amina"], "Amina"),
        (["Amina", "Jo"], "Amina and Jo"),
        (["Amina", "Jo", "Ana"], "Amina, Jo and Ana"),
    ],
)
def test_joined_makes_a_list_one_can_read_aloud(words, sentence):
    assert wording.joined(words) == sentence


@pytest.fixture
def terms(db):
    WorkplaceFactory(slug="bookmobile", label="Bookmobile")
    return Terms()


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (line("country", "PE", "region:western-asia"), "Peru or Western Asia"),
        (line("country"), "the same region"),
        (line("workplace", "bookmobile"), "Bookmobile"),
        (line("workplace", "gone"), "gone"),
        (line("interests"), "an interest in common"),
        (line("language", "en", "fr"), "English or French"),
        (line("hours", "3"), "at least 3 h a day"),
    ],
)
def test_wish_names_what_was_wanted(found, wanted, terms):
    assert [w.wanted for w in wording.wish_lines([found], terms)] == [wanted]


def test_met_wish_needs_no_reason(terms):
    [wish] = wording.wish_lines([line("country", "PE", met=True)], terms)

    assert wish == wording.WishLine(
        aspect="Country or region",
        wanted="Peru",
        strength="nice",
        met=True,
        why="",
        why_kindly="",
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"reason": "nobody_offers", "asked": 1, "offered": 0},
            "1 person asked for this, nobody offers it.",
        ),
        (
            {"reason": "nobody_possible", "offered": 1},
            "31 people asked for this, 1 offers it, but none of them may be paired with this person.",
        ),
    ],
)
def test_unmet_wish_has_its_reason_with_numbers(changes, why, terms):
    [wish] = wording.wish_lines([line("country", "CA", **changes)], terms)

    assert wish.why == why


@pytest.mark.parametrize(
    ("reason", "price", "why"),
    [
        (
            "somebody_alone",
            {"alone": 2},
            "would leave 2 more people without a partner.",
        ),
        (
            "nothing_met",
            {"none_met": 1, "wishes": -24},
            "would leave 1 more person with none of their wishes met.",
        ),
        (
            "others_lose",
            {"half_met": 1, "wishes": 8},
            "would cost more than it gives: 1 more person with less than half of their wishes met.",
        ),
        (
            "others_lose",
            {"wishes": 8, "hours": -2},
            "would cost more than it gives: all wishes met would count 8 less, where somebody’s first nice wish counts 24.",
        ),
        (
            "others_lose",
            {"new_countries": 1},
            "would cost more than it gives: 1 person fewer with a country that is new to them.",
        ),
        (
            "others_lose",
            {"hours": 4},
            "would cost more than it gives: fewer hours awake together.",
        ),
        ("equal", {}, "would cost somebody else just as much: the draw decided."),
        ("others_first", {}, "would not make the whole matching better."),
    ],
)
def test_wish_that_could_be_met_has_its_price(reason, price, why, terms):
    found = line("country", "CA", reason=reason, price=price)

    [wish] = wording.wish_lines([found], terms)

    assert wish.why == (
        "31 people asked for this, 9 offer it, 4 of them may be paired with this person. "
        f"Meeting it {why}"
    )


def test_report_from_before_prices_still_reads_well(terms):
    found = line("country", "CA", reason="others_first")
    del found["price"]

    [wish] = wording.wish_lines([found], terms)

    assert wish.why.endswith("Meeting it would not make the whole matching better.")
    assert wish.why_kindly.endswith("have something they hoped for.")


@pytest.mark.parametrize(
    ("reason", "beginning"),
    [
        ("nobody_offers", "Nobody in this round could offer it."),
        ("nobody_possible", "9 people could offer it, but nobody whom we may"),
        *(
            (reason, f"31 people hoped for this and 9 offer it. {words}")
            for reason, words in wording.KINDLY.items()
        ),
        (
            "others_first",
            "31 people hoped for this and 9 offer it. Their partners are others",
        ),
    ],
)
def test_unmet_wish_is_explained_kindly(reason, beginning, terms):
    found = line("country", "CA", reason=reason, price={"alone": 1, "none_met": 1})

    [wish] = wording.wish_lines([found], terms)

    assert wish.why_kindly.startswith(beginning)


def test_every_level_that_others_may_lose_has_its_words():
    counted = {*digits_of(LEVELS), "kept"} - {"none_met"}

    assert set(wording.LOST) == counted
    assert f"counts {RETURNS[0] * STRENGTHS['nice']}" in wording.LOST["wishes"]


def test_card_shows_partners_only_what_is_meant_for_them(match, amina, jo):
    card = wording.card(jo, amina)

    assert card == wording.Card(
        name="Jo",
        country="Australia",
        workplace="Public library",
        role=jo.role.label,
        career_stage=jo.career_stage.label,
        shared_interests=["Makerspaces"],
        other_interests=["Literacy"],
        languages=["English"],
        about="I drive the mobile library.",
        email="jo@example.org",
        channels=[("Signal", "+61 2 0000")],
    )
