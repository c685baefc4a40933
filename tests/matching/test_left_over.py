"""Who is left over, why, and what would help: from the engine to organisers' words."""

from __future__ import annotations

import pytest

from matching import left_over
from matching.engine import Concession, Leftover, Prospect, Witness
from matching.services import propose
from participants.terms import Terms
from tests.factories import ApplicationFactory

pytestmark = pytest.mark.django_db


def left(*concessions, witness=None, possible=0, **excluded):
    return Leftover(Prospect(0, possible, excluded, concessions), witness)


def crowd(size, partners, parts, **common):
    return Witness(tuple(range(size)), tuple(range(partners)), parts, **common)


def told(found, application):
    """The cause and the concession, as organisers read them."""
    reports = {str(application.pk): left_over.report(found)}
    [cause] = left_over.causes(reports, [application], Terms())
    assert [one for one, _ in cause.people] == [application]
    return cause.why, cause.people[0][1]


@pytest.mark.parametrize(
    ("witness", "why"),
    [
        (
            crowd(120, 80, 120, country="AU"),
            "For 120 people from Australia there are only 80 possible partners, so 40 of them must stay alone.",
        ),
        (
            crowd(2, 1, 2),
            "For 2 people there is only 1 possible partner, so 1 of them must stay alone.",
        ),
        (
            crowd(7, 0, 1, languages=frozenset({"es"})),
            "7 people who are at ease with Spanish only can be paired with nobody else. Their number is odd, "
            "and no group of three can be formed, so 1 of them must stay alone.",
        ),
        (
            crowd(11, 2, 5),
            "11 people fall into 5 odd parts that cannot be paired with one another, only with 2 people outside, "
            "so 3 of them must stay alone.",
        ),
        (
            crowd(6, 0, 2),
            "6 people fall into 2 odd parts that cannot be paired with one another, so 2 of them must stay alone.",
        ),
    ],
)
def test_crowd_without_enough_partners_is_named(witness, why):
    application = ApplicationFactory()

    assert told(left(witness=witness, possible=3), application)[0] == why


@pytest.mark.parametrize(
    ("excluded", "why"),
    [
        ({}, "Nobody else is there."),
        (
            {"same_country": 20, "own_musts": 3, "their_musts": 1},
            "Nobody may be paired with them: 20 from the same country, 3 who would break a must of theirs "
            "and 1 whose must they would break.",
        ),
    ],
)
def test_rules_that_keep_everybody_away_are_counted(excluded, why):
    assert told(left(**excluded), ApplicationFactory())[0] == why


@pytest.mark.parametrize(
    ("concessions", "words"),
    [
        ([], "Nothing that they could give up would help."),
        (
            [Concession(("role",), 9, helps=False)],
            "Nothing that they could give up would help.",
        ),
        (
            [
                Concession(("role",), 9, helps=False),
                Concession(("country",), 31, helps=True),
            ],
            "It would help to drop the must on Peru or Chile (31 partners more).",
        ),
        (
            [Concession(("country", "role"), 1, helps=True)],
            "It would help to drop the must on Peru or Chile and the same role (1 partner more).",
        ),
        (
            [Concession((), 4, helps=True)],
            "It would help to accept a group of three.",
        ),
        (
            [Concession(("role",), 9, helps=None)],
            "It might help to drop the must on the same role (9 partners more); this was not looked into.",
        ),
    ],
)
def test_smallest_concession_is_said_in_the_persons_own_terms(concessions, words):
    wishes = [("country", "must", "PE", "CL"), ("role", "must")]
    application = ApplicationFactory(wishes=wishes)

    assert told(left(*concessions, same_country=1), application)[1] == words


def test_people_with_one_cause_are_named_together(round_):
    people = [ApplicationFactory(round=round_, country="AU") for _ in range(3)]
    shared = left_over.report(left(witness=crowd(3, 0, 3), possible=1))
    reports = {str(application.pk): shared for application in people}

    [cause] = left_over.causes(reports, people, Terms())

    assert [application for application, _ in cause.people] == people


def test_proposal_keeps_why_somebody_is_left_over(round_):
    picky = ApplicationFactory(
        round=round_, country="KE", wishes=[("country", "must", "PE")]
    )
    other = ApplicationFactory(round=round_, country="NO")

    proposal = propose(round_)

    assert proposal.left_over == {
        str(picky.pk): {
            "possible": 0,
            "excluded": {"own_musts": 1},
            "concessions": [{"musts": ["country"], "opens": 1, "helps": True}],
            "witness": None,
        },
        str(other.pk): {
            "possible": 0,
            "excluded": {"their_musts": 1},
            "concessions": [],
            "witness": None,
        },
    }
