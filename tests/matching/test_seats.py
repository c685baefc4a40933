from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.utils import timezone

from matching.models import Seat
from participants import services
from tests.factories import MatchFactory, ProposalFactory


@pytest.fixture
def published(proposal, match):
    Seat.objects.update(published_at=timezone.now())
    return match


@pytest.fixture
def second(proposal, person, amina):
    """A match of Amina with somebody else, in another proposal."""
    repair = ProposalFactory(round=proposal.round, is_repair=True)
    return MatchFactory(proposal=repair, applications=[amina, person("Pilar", "PE")])


def test_nobody_has_two_active_seats(published, second):
    with pytest.raises(IntegrityError):
        second.seats.update(published_at=timezone.now())


def test_volunteer_has_a_second_seat_beside_the_first(published, second, amina):
    second.seats.filter(application=amina).update(is_second=True)

    second.seats.update(published_at=timezone.now())

    assert Seat.objects.active().filter(application=amina).count() == 2


def test_check_in_has_a_moment(published):
    with pytest.raises(IntegrityError):
        published.seats.update(check_in=Seat.CheckIn.HELP)


def test_partner_is_somebody_who_is_still_there(published, amina, jo):
    services.withdraw(jo)

    assert not Seat.objects.with_partner().exists()
    assert Seat.objects.without_partner().get().application == amina
