from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.factories import (
    ApplicationFactory,
    ChannelFactory,
    MatchFactory,
    ProposalFactory,
    UserFactory,
)
from tests.matching.reports import line


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()


@pytest.fixture
def proposal(db):
    """A draft for a round whose sign-up is closed."""
    return ProposalFactory()


@pytest.fixture
def person(proposal):
    """Makes a confirmed applicant of the proposal's round: `person("Amina", "KE")`."""

    def make(name, country="KE", **facts):
        user = UserFactory(name=name, email=f"{name.lower()}@example.org")
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
