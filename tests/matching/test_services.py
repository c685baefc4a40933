from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from matching import services
from matching.engine import SCORING_VERSION
from matching.models import Proposal
from matching.services import NobodyToMatch, propose
from tests.factories import ApplicationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(round_):
    """Four people in pairs of countries, and a fifth who makes the number odd."""
    wishes = [[("country", "important", "NO")], [("country", "nice", "PE")], [], [], []]
    return [
        ApplicationFactory(round=round_, country=country, wishes=wished)
        for country, wished in zip(["KE", "NO", "PE", "AU", "NP"], wishes, strict=True)
    ]


def test_propose_seats_everyone_once(round_, five):
    proposal = propose(round_)

    seated = proposal.seats.values_list("application", flat=True)
    assert sorted(seated) == sorted(application.pk for application in five)
    assert sorted(match.seats.count() for match in proposal.matches.all()) == [2, 3]


def test_propose_keeps_figures_and_what_it_was_made_with(round_, five, organiser):
    proposal = propose(round_, seed=7, made_by=organiser)

    figures = proposal.figures
    assert figures.pop("seconds") >= 0
    assert figures.pop("links") >= 4
    assert figures == {
        "applicants": 5,
        "matched": 5,
        "groups_of_three": 1,
        "unmatched": 0,
        "none_met": 0,
        "wishes": 2,
        "wishes_met": 2,
        "countries": 5,
        "proven": True,
    }
    assert (proposal.seed, proposal.made_by) == (7, organiser)
    people = proposal.made_with.pop("people")
    assert sorted(map(int, people)) == sorted(application.pk for application in five)
    assert len(proposal.made_with.pop("input")) == 64
    assert proposal.made_with.pop("told").keys() == people.keys()
    assert proposal.made_with == {
        "levels": round_.levels,
        "version": "0.1.0",
        "scoring": SCORING_VERSION,
        "hours_step": 30,
        "left_to_draw": [],
    }


def pairs(proposal):
    matches = proposal.matches.prefetch_related("seats")
    return {frozenset(s.application_id for s in m.seats.all()) for m in matches}


def test_same_applications_and_settings_give_the_same_hash_and_pairs(round_, five):
    first, again = propose(round_, seed=7), propose(round_, seed=7)
    other = propose(round_, seed=8)

    assert again.made_with == first.made_with
    assert pairs(again) == pairs(first)
    assert other.made_with["input"] != first.made_with["input"]


def test_nothing_is_kept_of_what_was_only_found(round_, five):
    services.find(round_)

    assert not Proposal.objects.exists()


def test_propose_reports_each_wish(round_):
    ApplicationFactory(
        round=round_, country="KE", wishes=[("country", "nice", "PE", "NO")]
    )
    ApplicationFactory(round=round_, country="NP")

    proposal = propose(round_)

    reports = sorted(proposal.seats.values_list("report", flat=True), key=len)
    assert reports == [
        [],
        [
            {
                "aspect": "country",
                "strength": "nice",
                "same_as_mine": False,
                "values": ["PE", "NO"],
                "met": False,
                "reason": "nobody_offers",
                "asked": 1,
                "offered": 0,
                "possible": 0,
                "price": {},
            }
        ],
    ]


def test_propose_names_who_is_left_over(round_):
    alone = ApplicationFactory(round=round_, wishes=[("workplace", "nice")])

    proposal = propose(round_)

    assert list(proposal.unmatched.all()) == [alone]
    assert (proposal.figures["unmatched"], proposal.figures["none_met"]) == (1, 1)


def test_propose_reports_its_stages(round_, five):
    stages = []

    propose(round_, report=stages.append)

    assert stages == ["reading", "scoring", "solving", "proving", "explaining"]


def test_propose_without_people_leaves_nothing_behind(round_):
    with pytest.raises(NobodyToMatch):
        propose(round_)

    assert Proposal.objects.count() == 0


def test_match_prints_json(round_, five, capsys):
    call_command("match", round_.slug, "--seed", "3", "--json")

    printed = json.loads(capsys.readouterr().out)
    proposal = Proposal.objects.get(seed=3)
    hashed = proposal.made_with["input"]
    assert printed == {"proposal": proposal.pk, "input": hashed, **proposal.figures}


def test_match_prints_words(round_, five, capsys):
    call_command("match", round_.name)

    assert (
        "5 of 5 people matched, 1 groups of three, 0 left over"
        in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [("nowhere", "no round called “nowhere”"), ("empty", "Nobody has a")],
)
def test_match_says_what_is_wrong(round_, name, message):
    if name == "empty":
        name = round_.slug

    with pytest.raises(CommandError, match=message):
        call_command("match", name)
