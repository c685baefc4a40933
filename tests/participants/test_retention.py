from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone

from iln.mail.models import Message
from matching import services as matching
from matching.models import PastPair, Proposal, Seat
from matching.publishing import publication
from participants.models import Application, OpeningAlert, User
from participants.tasks import forget_old_rounds
from rounds.models import Round
from tests.factories import (
    ApplicationFactory,
    CommentFactory,
    MessageFactory,
    OpeningAlertFactory,
    RoundFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(organiser):
    """A round with a pair."""
    round_ = RoundFactory(closed=True, keep_for_months=6)
    for name, country in [("Ann Ochre", "KE"), ("Bo Umber", "SE")]:
        user = UserFactory(name=name, email=f"{name.split()[0].lower()}@example.org")
        ApplicationFactory(round=round_, user=user, country=country)
    publication.publish(matching.propose(round_), organiser, at_once=True)
    return round_


def on_the_day(round_, days=0.0):
    return time_machine.travel(round_.forget_at + timedelta(days=days), tick=False)


def test_round_is_kept_until_its_day(published):
    with on_the_day(published, days=-0.1):
        forget_old_rounds()

    assert Application.objects.count() == 2


def test_round_is_forgotten_on_its_day_with_its_people(published, organiser):
    figures = Proposal.objects.get().figures
    past = list(PastPair.objects.values())

    with on_the_day(published):
        forget_old_rounds()
        forget_old_rounds()

    assert not Application.objects.exists()
    assert not Seat.objects.exists()
    assert not Message.objects.exists()
    assert list(User.objects.all()) == [organiser]
    assert Round.objects.get() == published
    assert Proposal.objects.get().figures == figures
    assert Proposal.objects.get().proof == {}
    assert list(PastPair.objects.values()) == past != []


def test_whoever_is_in_a_later_round_stays_without_the_old_one(published):
    ann = User.objects.get(email="ann@example.org")
    later = RoundFactory(ends_at=published.forget_at + timedelta(days=90))
    ApplicationFactory(round=later, user=ann)
    MessageFactory(
        recipient=ann, key="new", due_at=later.opens_at + timedelta(days=200)
    )

    with on_the_day(published):
        forget_old_rounds()

    assert [one.round for one in Application.objects.all()] == [later]
    assert [mail.key for mail in Message.objects.filter(recipient=ann)] == ["new"]
    assert not User.objects.filter(email="bo@example.org").exists()


def test_whoever_waits_for_the_next_round_is_still_told(published):
    OpeningAlertFactory(email="Ann@example.org", confirmed_at=timezone.now())

    with on_the_day(published):
        forget_old_rounds()

    assert OpeningAlert.objects.waiting().count() == 1
    assert not Application.objects.exists()


def test_organisers_stay(published):
    User.objects.filter(email="bo@example.org").update(is_staff=True)

    with on_the_day(published):
        forget_old_rounds()

    assert User.objects.filter(email="bo@example.org").exists()


def test_comments_stay_as_they_are(published):
    comment = CommentFactory(name="Ann", email="ann@example.org")

    with on_the_day(published):
        forget_old_rounds()

    comment.refresh_from_db()
    assert (comment.name, comment.email) == ("Ann", "ann@example.org")


def test_nobody_is_told_of_a_partner_lost_to_time(published, mailoutbox):
    with on_the_day(published):
        forget_old_rounds()

    assert not Message.objects.filter(kind="partner gone").exists()


def test_sessions_whose_time_is_over_go(db):
    now = timezone.now()
    for key, days in [("old", -1), ("new", 1)]:
        Session.objects.create(session_key=key, expire_date=now + timedelta(days=days))

    forget_old_rounds()

    assert [session.session_key for session in Session.objects.all()] == ["new"]
