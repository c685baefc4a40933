from __future__ import annotations

from functools import partial

import pytest

from matching.after import repairing
from matching.changing.alternatives import choices
from matching.changing.choosing import Refused, read
from matching.changing.steps import ChangedSince, Stale, look, redo, take, undo
from matching.models import Aside, Match, Pin, Proposal, Seat, Step, Veto
from matching.publishing import publication
from matching.publishing.prechecks import AlreadyPublished
from matching.services import propose
from participants import services
from participants.models import Application
from tests.factories import ApplicationFactory, RoundFactory
from tests.together import RACES, at_once, together

WORKING = {"Soren": "DK", "Mei": "JP"}
WAITING = {"Ana": "PH", "Beth": "GB", "Cleo": "GR", "Dina": "EG"}


@pytest.fixture
def round_(organiser):
    """Published: Soren with Mei, who would take a second partner; then four more confirmed."""
    round_ = RoundFactory(closed=True)
    for name, country in WORKING.items():
        applicant(round_, name, country, volunteers=True)
    publication.publish(propose(round_), organiser, at_once=True)
    round_.refresh_from_db()
    return round_


def applicant(round_, name, country, **facts):
    return ApplicationFactory(
        round=round_,
        user__name=name,
        user__email=f"{name.lower()}@example.org",
        country=country,
        accepts_three=False,
        **facts,
    )


@pytest.fixture
def people(round_):
    """Ana and Beth, Cleo and Dina: each pair as they wish."""
    wish = {"Ana": "GB", "Beth": "PH", "Cleo": "EG", "Dina": "GR"}
    for name, country in WAITING.items():
        wishes = [("country", "important", wish[name])]
        applicant(round_, name, country, wishes=wishes)
    return {one.name: one for one in Application.objects.all()}


@pytest.fixture
def draft(round_, people, organiser):
    return repairing.find(round_, organiser)


@pytest.fixture
def do(draft, people, organiser):
    def do(kind, *names):
        keys = [people[name].pk for name in names]
        number = draft.steps.latest_number()
        return take(draft, number, kind, keys, reason="They asked.", by=organiser)

    return do


def pairs(proposal):
    found = proposal.matches.in_full()
    return sorted(
        " & ".join(sorted(seat.application.name for seat in match.seats.all()))
        for match in found
    )


AS_WISHED = ["Ana & Beth", "Cleo & Dina"]


def working(round_):
    """The rows of the pair that works, and all decisions of the first matching."""
    seats = Seat.objects.filter(proposal=round_.proposals.filter(is_repair=False).get())
    return [*seats.order_by("pk").values()], [
        *Match.objects.filter(seats__in=seats).values()
    ]


def test_new_pairs_are_as_wished(draft):
    assert pairs(draft) == AS_WISHED
    assert draft.figures["second_partners"] == 0


@pytest.mark.parametrize(
    ("kind", "names", "then"),
    [
        ("together", ["Ana", "Cleo"], ["Ana & Cleo", "Beth & Dina"]),
        ("together", ["Ana", "Beth"], AS_WISHED),
        ("apart", ["Ana", "Beth"], None),
        ("swap", ["Ana", "Dina"], ["Ana & Cleo", "Beth & Dina"]),
        ("together", ["Ana", "Mei"], ["Ana & Mei", "Beth & Soren", "Cleo & Dina"]),
        ("aside", ["Ana"], None),
    ],
)
def test_step_and_undo_touch_no_working_pair(
    kind, names, then, draft, do, organiser, round_
):
    before = working(round_)

    step = do(kind, *names)

    assert then is None or pairs(draft) == then
    assert "Ana & Beth" not in pairs(draft) or names == ["Ana", "Beth"]
    assert working(round_) == before
    undo(draft, step.number, organiser)
    assert pairs(draft) == AS_WISHED
    assert not any(rows.objects.exists() for rows in (Pin, Veto, Aside))
    redo(draft, draft.steps.latest_number(), organiser)
    assert then is None or pairs(draft) == then
    assert working(round_) == before


def test_look_says_what_the_step_then_does(draft, do, people):
    seen = look(draft, "together", [people["Ana"].pk, people["Mei"].pk])

    step = do("together", "Ana", "Mei")

    assert (step.before, step.after) == (seen.before, seen.after)
    assert {name: after for name, _, after in seen.figures} == {
        "unmatched": 0,
        "none_met": 2,
        "wishes_met": 2,
        "second_partners": 2,
    }
    second = draft.seats.filter(is_second=True).values_list(
        "application__name", flat=True
    )
    assert sorted(second) == ["Mei", "Soren"]


def test_who_is_set_aside_comes_back(draft, do):
    do("aside", "Ana")
    assert pairs(draft) == ["Beth & Mei", "Cleo & Dina"] or "Beth & Soren" in pairs(
        draft
    )

    do("release", "Ana")

    assert not draft.unmatched.exists()
    assert {name for pair in pairs(draft) for name in pair.split(" & ")} >= {*WAITING}


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["Soren", "Mei"], "kept apart, or have been partners"),
        (["Ana", "Beth", "Mei"], "did not agree to a group of three"),
    ],
)
def test_what_would_touch_a_working_pair_is_refused(names, words, do):
    with pytest.raises(Refused, match=words):
        do("together", *names)


def test_volunteers_are_in_no_group_of_three(draft, do, people):
    Application.objects.update(accepts_three=True)
    again = repairing.find(draft.round, draft.made_by)
    keys = [people[name].pk for name in ("Ana", "Beth", "Mei")]

    with pytest.raises(Refused, match="a pair, not a group of three"):
        take(again, 0, "together", keys, reason="So.", by=draft.made_by)


def test_two_who_have_partners_are_not_paired(round_, people, organiser):
    first = repairing.find(round_, organiser)
    repairing.publish(first, organiser)
    Application.objects.filter(name__in=["Ana", "Cleo"]).update(volunteers=True)
    late = applicant(round_, "Late", "NO")
    draft = repairing.find(round_, organiser)
    keys = [people["Ana"].pk, people["Cleo"].pk]

    with pytest.raises(Refused, match="neither waits"):
        take(draft, 0, "together", keys, reason="So.", by=organiser)
    assert draft.seats.filter(application=late).exists()


def test_choices_leave_working_pairs_alone(draft, people):
    found = choices(read(draft), people["Ana"].pk)

    assert [one.name for one in found.partners] == ["Cleo", "Dina", "Mei", "Soren"]
    mei = choices(read(draft), people["Mei"].pk)
    assert [one.name for one in mei.partners] == ["Ana", "Beth", "Cleo", "Dina"]


def test_stale_step_is_refused(draft, do, people, organiser):
    do("together", "Ana", "Cleo")

    with pytest.raises(Stale):
        take(draft, 0, "aside", [people["Dina"].pk], reason="So.", by=organiser)


def test_step_about_somebody_who_withdrew_is_refused(draft, do, people):
    services.withdraw(people["Beth"])

    with pytest.raises(ChangedSince, match="Beth"):
        do("together", "Ana", "Cleo")
    do("together", "Cleo", "Dina")


def test_replaced_draft_is_not_changed(draft, do, round_, organiser):
    repairing.find(round_, organiser)

    with pytest.raises(Refused, match="no longer there"):
        do("aside", "Ana")


def test_changed_draft_is_published_as_it_is(draft, do, round_, organiser):
    do("together", "Ana", "Mei")
    before = working(round_)

    repairing.publish(Proposal.objects.get(pk=draft.pk), organiser)

    assert working(round_) == before
    with pytest.raises(Refused, match="published"):
        do("aside", "Cleo")


def test_what_was_decided_elsewhere_stops_publication(draft, people, organiser):
    first, second = sorted([people["Ana"].user_id, people["Beth"].user_id])
    Veto.objects.create(first_id=first, second_id=second, reason="So.")

    with pytest.raises(Exception, match="to be kept apart"):
        repairing.publish(draft, organiser)


@pytest.mark.django_db(transaction=True)
def test_race_of_two_steps_has_one_winner(
    on_postgres, round_, people, organiser, starting_vocabulary
):
    draft = repairing.find(round_, organiser)
    keys = [people["Ana"].pk, people["Cleo"].pk]
    for _ in range(RACES if on_postgres else 2):
        number = draft.steps.latest_number()
        swap = partial(take, draft, number, "swap", keys, reason="So.", by=organiser)

        answers = at_once(swap)

        assert sorted(isinstance(one, Step) for one in answers) == [False, True]
        assert Stale in answers
        assert Seat.objects.filter(proposal=draft).count() == 4


@pytest.mark.django_db(transaction=True)
def test_race_of_a_step_with_publication_leaves_one_of_them(
    on_postgres, round_, people, organiser, starting_vocabulary
):
    for _ in range(RACES if on_postgres else 2):
        draft = repairing.find(round_, organiser)
        keys = [people["Ana"].pk, people["Cleo"].pk]
        step = partial(take, draft, 0, "together", keys, reason="So.", by=organiser)

        def publish(pk=draft.pk):
            repairing.publish(
                Proposal.objects.select_related("round").get(pk=pk), organiser
            )

        answers = together(step, publish)

        fresh = Proposal.objects.get(pk=draft.pk)
        assert isinstance(answers[0], Step) or fresh.published_at
        if fresh.published_at:
            repairing.stop(fresh, organiser)
        Pin.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_race_of_two_publications_of_a_changed_draft_sends_once(
    on_postgres, round_, people, organiser, starting_vocabulary
):
    draft = repairing.find(round_, organiser)
    keys = [people["Ana"].pk, people["Mei"].pk]
    take(draft, 0, "together", keys, reason="So.", by=organiser)
    for _ in range(RACES if on_postgres else 2):

        def publish():
            fresh = Proposal.objects.select_related("round").get(pk=draft.pk)
            repairing.publish(fresh, organiser)

        answers = at_once(publish)

        assert sorted(map(str, answers)) == sorted(map(str, [None, AlreadyPublished]))
        repairing.stop(Proposal.objects.get(pk=draft.pk), organiser)
