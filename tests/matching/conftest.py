from __future__ import annotations

from datetime import timedelta

import pytest

from matching.models import Survey
from tests.factories import (
    ApplicationFactory,
    ChannelFactory,
    MatchFactory,
    ProposalFactory,
    RoundFactory,
    SeatFactory,
    UserFactory,
)
from tests.matching.reports import line
from tests.participants.conftest import typed, vocabulary

__all__ = ["typed", "vocabulary"]  # what applicants type: fixtures here, too


@pytest.fixture
def proposal(db):
    """A draft for a round whose sign-up is closed."""
    return ProposalFactory()


@pytest.fixture
def person(proposal):
    """Makes a confirmed applicant of the proposal's round: `person("Amina", "KE")`."""

    def make(name, country="KE", **facts):
        user = UserFactory(
            name=name, email=f"{name.lower().replace(' ', '.')}@example.org"
        )
        return ApplicationFactory(
            round=proposal.round, user=user, country=country, **facts
        )

    return make


@pytest.fixture
def amina(person):
    return person(
        "Amina",
        "KE",
        interests=["makerspaces", "archives"],
        languages={"en": 3, "sw": 3},
        about="I run the story hour in Nairobi.",
    )


@pytest.fixture
def jo(person):
    jo = person(
        "Jo",
        "AU",
        time_zone="Australia/Sydney",
        interests=["makerspaces", "literacy"],
        languages={"en": 3, "fr": 1},
        about="I drive the mobile library.",
    )
    ChannelFactory(application=jo, kind="signal", handle="+61 2 0000")
    ChannelFactory(
        application=jo, kind="phone", handle="+61 4 1111", visible_to="organisers"
    )
    return jo


@pytest.fixture
def match(proposal, amina, jo):
    """Amina, whose wish for Canada is not met, and Jo, who wished for nothing."""
    match = MatchFactory(proposal=proposal, applications=[amina, jo], minutes_awake=510)
    match.seats.filter(application=amina).update(
        wishes=2,
        wishes_met=1,
        report=[
            line("workplace", "public-library", met=True, strength="important"),
            line("country", "CA"),
        ],
    )
    return match


@pytest.fixture
def ended_round(db):
    """A round that ended long enough ago for its survey to be closed."""
    return RoundFactory(
        slug="past",
        **{
            name: RoundFactory.build().introduces_at - timedelta(days=days)
            for name, days in {
                "opens_at": 400,
                "closes_at": 390,
                "confirm_by": 390,
                "matching_at": 380,
                "introduces_at": 380,
                "ends_at": 200,
                "published_at": 380,
            }.items()
        },
    )


@pytest.fixture
def say_how_it_was(ended_round):
    """Lets so many people answer: `say_how_it_was(6, 5, "weekly")`; with a wish that was met or not."""

    def answer(people, satisfaction, frequency, met=None, **more):
        for _ in range(people):
            report = [] if met is None else [line("country", "CA", met=met)]
            seat = SeatFactory(
                application=ApplicationFactory(round=ended_round),
                match__proposal__round=ended_round,
                report=report,
            )
            Survey.objects.create(
                seat=seat,
                asked_at=ended_round.ends_at,
                answered_at=ended_round.ends_at,
                satisfaction=satisfaction,
                frequency=frequency,
                **more,
            )

    return answer
