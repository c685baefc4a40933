from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from iln.mail import outbox
from iln.mail.models import Message
from matching import tasks
from matching.models import CheckIn, Seat
from matching.publishing import publication


@pytest.fixture
def running(proposal, match, organiser):
    """A round of 120 days with Amina and Jo, introduced just now."""
    round_ = proposal.round
    publication.publish(proposal, organiser, at_once=True)
    round_.refresh_from_db()
    round_.ends_at = round_.introduces_at + timedelta(days=120)
    round_.check_in_days = "7,60,100"
    round_.save()
    outbox.deliver_due()
    return round_


@pytest.fixture
def days_later(running):
    """The schedule runs so many days after the introductions: `days_later(8)`."""
    start = timezone.now()

    def travel(days, *, beats=1):
        with time_machine.travel(start + timedelta(days=days), tick=False):
            for _ in range(beats):
                tasks.ask_how_it_goes()
                tasks.thank_everybody()
            outbox.deliver_due()

    return travel


@pytest.fixture
def at_day(running):
    """A moment so many days after the introductions, to act in."""
    start = timezone.now()

    def travel(days):
        return time_machine.travel(start + timedelta(days=days), tick=False)

    return travel


@pytest.fixture
def asked_of():
    """The newest question to somebody."""

    def find(application):
        return CheckIn.objects.filter(seat=seat_of(application)).last()

    return find


def seat_of(application):
    return Seat.objects.get(application=application)


def kinds_to(application):
    """What kinds of mail somebody got, in order, but for introduction and guide."""
    mails = Message.objects.filter(recipient=application.user).exclude(sent_at=None)
    kinds = mails.order_by("sent_at", "pk").values_list("kind", flat=True)
    return [kind for kind in kinds if kind not in {"introduction", "guide"}]
