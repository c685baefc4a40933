from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import pytest
from django.utils import timezone
from hypothesis import given

from matching import told
from matching.changing import steps
from matching.changing.choosing import Refused
from matching.changing.steps import Stale, look, redo, take, undo
from matching.drafts.proving import verify_proposal
from matching.engine import Person
from matching.models import Aside, Pin, Proposal, Seat, Step, Veto
from matching.problems import groups_of
from matching.publishing.publication import publish
from matching.services import propose
from matching.tasks import find_best, start_search
from participants.models import Application
from tests.factories import ApplicationFactory, PinFactory, RoundFactory, VetoFactory
from tests.matching.engine.test_match import small_problems
from tests.properties import examples
from tests.together import RACES, at_once

COUNTRIES = {
    "Amina": "KE",
    "Jo": "AU",
    "Soren": "DK",
    "Mei": "JP",
    "Pilar": "PE",
    "Ana": "PH",
}
WISHES = {
    "Amina": [("country", "important", "AU")],
    "Jo": [("country", "nice", "KE")],
    "Soren": [("country", "important", "JP")],
    "Mei": [("country", "nice", "DK")],
    "Pilar": [("country", "must", "PH", "AU", "KE")],
}


def applicant(round_, name, **facts):
    facts = {
        "country": COUNTRIES.get(name, "NO"),
        "wishes": WISHES.get(name, []),
    } | facts
    email = f"{name.lower()}@example.org"
    return ApplicationFactory(round=round_, user__name=name, user__email=email, **facts)


@pytest.fixture
def round_(db):
    return RoundFactory(closed=True)


@pytest.fixture
def people(round_):
    """Amina and Jo, Soren and Mei, Pilar and Ana: each pair as they wish."""
    return {name: applicant(round_, name) for name in COUNTRIES}


@pytest.fixture
def draft(round_, people):
    return propose(round_)


@pytest.fixture
def do(draft, people, organiser):
    """Takes a step on the draft as it is now: `do("swap", "Amina", "Mei")`."""

    def do(kind, *names, reason="They asked for it."):
        keys = [people[name].pk for name in names]
        number = draft.steps.latest_number()
        return take(draft, number, kind, keys, reason=reason, by=organiser)

    return do


def groups(proposal):
    names = dict(Application.objects.values_list("pk", "name"))
    found = (sorted(names[key] for key in group) for group in groups_of(proposal))
    return sorted(map(" & ".join, found))


AS_WISHED = ["Amina & Jo", "Ana & Pilar", "Mei & Soren"]


def met(report):
    return [wish["met"] for wish in report]


def everything(proposal):
    """All that makes a draft what it is, but for the keys of its rows."""
    fresh = Proposal.objects.get(pk=proposal.pk)
    seats = fresh.seats.order_by("application").values_list(
        "application",
        "position",
        "wishes",
        "wishes_met",
        "report",
        "match__minutes_awake",
    )
    figures = fresh.figures | {"seconds": 0}
    left = [*fresh.unmatched.values_list("pk", flat=True)]
    return groups(fresh), [*seats], figures, left, fresh.made_with["people"]


def refused(act):
    with pytest.raises(Refused) as refusal:
        act()
    return str(refusal.value)


def test_draft_is_as_everybody_wished(draft):
    assert groups(draft) == AS_WISHED


# --- The kinds of steps -------------------------------------------------------


def test_pair_that_is_kept_together_moves_nobody(draft, do, people, organiser):
    before = everything(draft)
    matches = set(draft.matches.values_list("pk", flat=True))

    step = do("together", "Jo", "Amina", reason="Old friends.")

    assert everything(draft) == before
    assert set(draft.matches.values_list("pk", flat=True)) == matches
    pin = Pin.objects.get()
    assert (pin.people, pin.reason) == (
        (people["Amina"].pk, people["Jo"].pk),
        "Old friends.",
    )
    assert (pin.made_by, step.made_by, step.before, step.after) == (
        organiser,
        organiser,
        [],
        [],
    )


def test_two_are_put_together_and_the_others_find_somebody(draft, do):
    step = do("together", "Amina", "Mei")

    assert groups(draft) == ["Amina & Mei", "Ana & Pilar", "Jo & Soren"]
    assert sorted(map(len, step.before)) == sorted(map(len, step.after)) == [2, 2]


def test_two_are_kept_apart(draft, do, people):
    do("apart", "Mei", "Soren")

    assert "Mei & Soren" not in groups(draft)
    veto = Veto.objects.get()
    assert {veto.first, veto.second} == {people["Mei"].user, people["Soren"].user}


def test_two_are_swapped_and_both_new_pairs_stay(draft, do):
    do("swap", "Amina", "Mei")

    assert groups(draft) == ["Amina & Soren", "Ana & Pilar", "Jo & Mei"]
    assert Pin.objects.count() == 2


def test_swap_back_lifts_the_pins_of_the_first_swap(draft, do):
    do("swap", "Amina", "Mei")

    step = do("swap", "Amina", "Mei")

    assert groups(draft) == AS_WISHED
    assert len(step.lifts) == len(step.adds) == Pin.objects.count() == 2


def test_somebody_is_set_aside(draft, do, people):
    do("aside", "Mei")

    seats = Seat.objects.filter(proposal=draft)
    assert not seats.filter(application=people["Mei"]).exists()
    assert not draft.unmatched.filter(pk=people["Mei"].pk).exists()
    assert seats.count() + draft.unmatched.count() == 5
    assert Aside.objects.get().application == people["Mei"]


def test_three_become_a_group_though_somebody_stays_alone(draft, do):
    do("together", "Amina", "Jo", "Mei")

    assert "Amina & Jo & Mei" in groups(draft)
    assert Pin.objects.get().third
    assert "Amina & Jo & Mei" in groups(propose(draft.round))


def test_who_was_left_over_takes_anothers_place(round_, organiser):
    here = [
        applicant(round_, name, country=country, accepts_three=False)
        for name, country in [("Amina", "KE"), ("Jo", "AU"), ("Mei", "JP")]
    ]
    draft = propose(round_)
    alone = draft.unmatched.get()
    seated = next(person for person in here if person != alone)

    take(draft, 0, "swap", [alone.pk, seated.pk], reason="Fair.", by=organiser)

    assert draft.unmatched.get() == seated


def test_decision_is_let_go(draft, do):
    do("together", "Amina", "Mei")

    step = do("release", "Amina")

    assert not Pin.objects.exists()
    assert groups(draft) == AS_WISHED
    assert step.lifts[0]["reason"] == "They asked for it."


# --- What a look says ---------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("together", ["Amina", "Mei"]),
        ("together", ["Amina", "Jo", "Mei"]),
        ("apart", ["Mei", "Soren"]),
        ("swap", ["Ana", "Jo"]),
        ("aside", ["Mei"]),
    ],
)
def test_step_does_what_the_look_said_and_is_proven(kind, names, draft, do, people):
    before = everything(draft)
    seen = look(draft, kind, [people[name].pk for name in names])
    assert everything(draft) == before
    assert not Step.objects.exists()

    step = do(kind, *names)

    fresh = Proposal.objects.get(pk=draft.pk)
    assert (step.before, step.after) == (seen.before, seen.after)
    assert {name: fresh.figures[name] for name, _, _ in seen.figures} == {
        name: after for name, _, after in seen.figures
    }
    reports = dict(fresh.seats.values_list("application", "report"))
    assert {key: met(reports[key]) for key in seen.reports} == {
        key: met(report) for key, report in seen.reports.items()
    }
    assert verify_proposal(fresh).is_optimal


def test_look_counts_wishes_as_they_would_be(draft, people):
    seen = look(draft, "together", [people["Amina"].pk, people["Mei"].pk])

    assert seen.figures == [
        ("unmatched", 0, 0),
        ("none_met", 0, 4),
        ("wishes_met", 5, 1),
    ]


# --- Undo and redo ------------------------------------------------------------

STEPS = [
    ("together", ["Jo", "Amina"]),
    ("together", ["Amina", "Mei"]),
    ("apart", ["Mei", "Soren"]),
    ("swap", ["Ana", "Jo"]),
    ("aside", ["Mei"]),
    ("together", ["Amina", "Jo", "Mei"]),
]


@pytest.mark.parametrize(("kind", "names"), STEPS)
def test_undo_puts_all_back_and_redo_does_it_again(kind, names, draft, do, organiser):
    before = everything(draft)
    do(kind, *names)
    after, groups_after = everything(draft), groups(draft)

    undo(draft, 1, organiser)
    assert everything(draft) == before
    for model in (Pin, Veto, Aside):
        assert not model.objects.exists()

    redo(draft, 2, organiser)
    assert groups(draft) == groups_after
    assert everything(draft)[2:] == after[2:]
    assert verify_proposal(Proposal.objects.get(pk=draft.pk)).is_optimal


def test_many_steps_are_undone_and_done_again_in_order(draft, do, organiser):
    been = [groups(draft)]
    for kind, names in [STEPS[1], STEPS[3], STEPS[4]]:
        do(kind, *names)
        been.append(groups(draft))

    back = []
    for number in (3, 4, 5):
        undo(draft, number, organiser)
        back.append(groups(draft))
    assert back == been[-2::-1]

    forth = []
    for number in (6, 7, 8):
        redo(draft, number, organiser)
        forth.append(groups(draft))
    assert forth == been[1:]
    assert (
        refused(partial(redo, draft, 9, organiser)) == "There is nothing to do again."
    )
    assert draft.steps.count() == 6


def test_new_step_ends_what_could_be_done_again_and_the_log_keeps_it(
    draft, do, organiser
):
    do("together", "Amina", "Mei")
    undo(draft, 1, organiser)

    do("apart", "Mei", "Soren")

    assert draft.steps.to_redo() is None
    first, second = draft.steps.all()
    assert first.undone_at
    assert first.settled_at
    assert (first.number, first.undone_number, second.number) == (1, 2, 3)


def test_nothing_is_undone_twice(draft, organiser):
    assert refused(partial(undo, draft, 0, organiser)) == "There is nothing to undo."


# --- What is refused ----------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "names", "words"),
    [
        ("together", ["Amina", "Amina"], "Choose two different people"),
        ("together", ["Amina"], "Choose two different people"),
        (
            "together",
            ["Pilar", "Soren"],
            "Pilar and Soren: the second does not meet a must",
        ),
        (
            "together",
            ["Amina", "Wanjiru"],
            "Amina and Wanjiru live in the same country.",
        ),
        (
            "together",
            ["Jo", "Amina", "Wanjiru"],
            "Wanjiru did not agree to a group of three.",
        ),
        ("swap", ["Amina", "Jo"], "These two are together"),
        ("release", ["Amina"], "Nothing is decided about them"),
    ],
)
def test_step_against_a_rule_is_refused_in_words(
    kind, names, words, round_, people, organiser
):
    country = "KE" if names[0] == "Amina" else "NO"
    people["Wanjiru"] = applicant(
        round_, "Wanjiru", country=country, accepts_three=False
    )
    draft = propose(round_)
    keys = [people[name].pk for name in names]

    said = refused(partial(take, draft, 0, kind, keys, reason="So.", by=organiser))

    assert words in said
    assert not Step.objects.exists()


def test_past_partners_and_vetoes_are_not_put_together(draft, do):
    do("apart", "Amina", "Mei")

    said = refused(partial(do, "together", "Amina", "Mei"))

    assert said == "Amina and Mei are to be kept apart, or have been partners before."
    assert refused(partial(do, "apart", "Amina", "Mei")) == "That is decided already."


@pytest.mark.parametrize("change", ["answers", "withdrew"])
def test_step_about_somebody_who_has_changed_is_refused(change, draft, do, people):
    if change == "answers":
        people["Soren"].wishes.all().delete()
    else:
        Application.objects.filter(pk=people["Soren"].pk).update(
            withdrawn_at=timezone.now()
        )

    with pytest.raises(steps.ChangedSince) as refusal:
        do("together", "Amina", "Mei")  # whereby Soren would move

    assert "Soren: not as this matching was told." in str(refusal.value)
    assert "find the best matching again" in str(refusal.value)
    [who] = refusal.value.who
    assert [wish.accepted for wish in who.then.wishes] == [frozenset({"JP"})]
    assert (who.now and who.now.wishes) == (() if change == "answers" else None)


def test_step_about_others_goes_by_the_answers_that_were_told(
    draft, do, people, round_
):
    """New answers, and people who came, are seen; no step uses them before the next search."""
    people["Ana"].wishes.create(aspect="country", strength="must", values=["KE"])
    people["Pilar"].wishes.all().delete()
    applicant(round_, "Late")
    before = Proposal.objects.get(pk=draft.pk).made_with

    do("together", "Amina", "Mei")
    do("release", "Amina")

    after = Proposal.objects.get(pk=draft.pk).made_with
    assert groups(draft) == AS_WISHED
    assert (after["people"], after["told"]) == (before["people"], before["told"])
    assert {*told.changed(draft)} == {people["Ana"].pk, people["Pilar"].pk}


@examples(30)
@given(small_problems())
def test_people_are_told_and_read_again_as_they_were(pool):
    people = [Application(pk=100 + one.id) for one in pool.people]
    pool = replace(
        pool, people=tuple(replace(p, id=k) for k, p in enumerate(pool.people))
    )
    facts = json.loads(json.dumps(told.facts(pool, people)))
    blank = replace(
        pool, people=tuple(Person(p.id, "XX", "UTC", frozenset()) for p in pool.people)
    )

    again = told.as_told(Proposal(made_with={"told": facts}), blank, people)

    assert again.people == pool.people


def test_who_was_set_aside_elsewhere_is_named(draft, do, people):
    Aside.objects.create(application=people["Ana"], reason="On leave.")

    said = refused(partial(do, "together", "Amina", "Mei"))

    assert said.startswith("Ana was set aside elsewhere")


@pytest.mark.parametrize("decide", [PinFactory, VetoFactory])
def test_decision_made_elsewhere_is_not_mixed_into_a_step(decide, draft, do, people):
    pair = sorted([people["Jo"], people["Soren"]], key=lambda one: one.pk)
    if decide is PinFactory:
        PinFactory(round=draft.round, first=pair[0], second=pair[1])
    else:
        first, second = sorted([one.user for one in pair], key=lambda one: one.pk)
        VetoFactory(first=first, second=second)

    assert "decided elsewhere" in refused(partial(do, "together", "Amina", "Mei"))


def test_published_matching_is_not_changed_nor_undone(draft, do, organiser):
    do("together", "Amina", "Mei")
    publish(draft, organiser)

    said = {
        refused(partial(do, "apart", "Amina", "Mei")),
        refused(partial(undo, draft, 1, organiser)),
    }

    assert said == {f"{draft.round} has been published: its matching stays as it is."}


def test_stale_step_is_refused(draft, do, people, organiser):
    do("together", "Amina", "Mei")

    for act in (
        partial(
            take, draft, 0, "aside", [people["Ana"].pk], reason="So.", by=organiser
        ),
        partial(undo, draft, 0, organiser),
        partial(redo, draft, 0, organiser),
    ):
        with pytest.raises(Stale):
            act()

    assert [step.number for step in Step.objects.since(0)] == [1]


def test_step_that_was_looked_at_before_another_one_is_refused(
    draft, do, people, organiser, monkeypatch
):
    """Between the look and the lock, somebody else is quicker."""
    write = steps._write

    def late(*args):
        monkeypatch.setattr(steps, "_write", write)
        do("apart", "Mei", "Soren")
        return write(*args)

    monkeypatch.setattr(steps, "_write", late)
    with pytest.raises(Stale):
        do("together", "Amina", "Mei")

    assert Step.objects.count() == 1


# --- The next search ----------------------------------------------------------


def test_search_after_steps_keeps_decisions_and_moves_nobody(draft, do):
    do("together", "Amina", "Mei")
    do("apart", "Ana", "Pilar")

    again = propose(draft.round, earlier=draft)

    assert groups(again) == groups(draft)
    assert verify_proposal(again).is_optimal


def test_organisers_search_keeps_what_they_changed(draft, do, organiser):
    do("together", "Amina", "Mei")

    search, _ = start_search(draft.round, organiser)
    find_best(search.pk)

    again = draft.round.proposals.first()
    assert again != draft
    assert groups(again) == groups(draft)
    assert again.made_with["keep_before"] == "hours"


def test_group_that_was_formed_by_hand_is_published(draft, do, organiser):
    do("together", "Amina", "Jo", "Mei")

    publish(draft, organiser)

    assert draft.published_at


def test_person_set_aside_stays_out_of_the_next_search(draft, do, people):
    do("aside", "Mei")

    again = propose(draft.round)

    assert str(people["Mei"].pk) not in again.made_with["people"]


# --- Two at once --------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_swaps_at_once_one_wins_and_the_other_is_told(
    round_, organiser, on_postgres
):
    people = {name: applicant(round_, name) for name in COUNTRIES}
    draft = propose(round_)
    keys = [people["Amina"].pk, people["Mei"].pk]
    for _ in range(RACES if on_postgres else 2):
        number = draft.steps.latest_number()
        swap = partial(take, draft, number, "swap", keys, reason="So.", by=organiser)

        answers = at_once(swap)

        assert sorted(isinstance(answer, Step) for answer in answers) == [False, True]
        assert (
            Stale in answers
        )  # whoever was late is told so, whatever they read meanwhile
        assert Seat.objects.filter(proposal=draft).count() == 6
        assert draft.steps.latest_number() == number + 1
