from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from iln.mail import own_words, pausing
from iln.mail.models import Message, Pause, Wording
from iln.mail.pausing import ServerFault
from iln.mail.tasks import watch
from tests.factories import MessageFactory, OrganiserFactory, UserFactory

LATE = timedelta(minutes=6)


@pytest.fixture(autouse=True)
def _organisers(db):
    """Two who may act on the outbox, one who may not, and somebody who takes part."""
    OrganiserFactory(email="one@example.org")
    OrganiserFactory(email="two@example.org")
    UserFactory(is_staff=True)
    UserFactory()


def alerts(kind="mails are late"):
    return Message.objects.filter(kind=kind)


def test_a_late_mail_is_told_once_an_hour_ahead_of_all_others(mailoutbox):
    MessageFactory(due_at=timezone.now() - LATE)

    ten_past = timezone.now().replace(minute=10) + timedelta(hours=1)
    with time_machine.travel(ten_past, tick=False):
        watch()
        watch()
    with time_machine.travel(ten_past + timedelta(hours=1), tick=False):
        watch()

    assert sorted(mail.to[0] for mail in mailoutbox) == [
        *["one@example.org"] * 2,
        *["two@example.org"] * 2,
    ]
    assert alerts().count() == 4
    assert Message.objects.filter(kind="test", sent_at=None).exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"due_at": timezone.now() + timedelta(days=1)},
        {"due_at": timezone.now() - LATE, "held_at": timezone.now()},
        {"due_at": timezone.now() - timedelta(minutes=1)},
    ],
    ids=["to come", "held", "just due"],
)
def test_nothing_is_told_while_mails_are_in_time(mailoutbox, fields):
    if fields["due_at"] < timezone.now() and "held_at" not in fields:
        fields = {"due_at": timezone.now() - timedelta(minutes=1)}
    MessageFactory(**fields)

    watch()

    assert (mailoutbox, alerts().count()) == ([], 0)


def test_an_alert_that_no_server_takes_waits_and_is_logged(settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    settings.EMAIL_USE_TLS = False
    pausing.begin(ServerFault(Pause.Why.AWAY, "no answer"))
    MessageFactory(due_at=timezone.now() - LATE)

    watch()

    assert [alert.state for alert in alerts()] == ["waiting", "waiting"]
    assert "The oldest due mail is late" in caplog.text
    assert "cannot leave" in caplog.text
    assert "@" not in caplog.text


def test_words_that_have_become_broken_are_told_once_a_day(mailoutbox):
    Wording.objects.create(kind="guide", language="en", subject="{gone} {partners}")
    own_words.forget()

    watch()
    watch()

    told = alerts("broken words")
    assert told.count() == 2
    assert "guide" in told[0].text
