"""When the mail server refuses us, all mails wait, and one alert says so."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from iln.mail import outbox, pausing
from iln.mail.models import Message, Pause
from iln.mail.models.pause import LONG, TRIES
from iln.mail.tasks import deliver_due
from tests.factories import MessageFactory


def states():
    return sorted(message.state for message in Message.objects.all())


def present():
    return Pause.objects.now().get()


def test_when_no_server_answers_nobody_is_tried_and_mails_leave_once_it_does(
    db, settings, mail_server
):
    MessageFactory.create_batch(3)
    settings.EMAIL_PORT = 1

    deliver_due()

    assert (states(), present().why) == (["waiting"] * 3, Pause.Why.AWAY)
    settings.EMAIL_PORT = mail_server.port
    deliver_due()
    assert mail_server.reached == []
    with time_machine.travel(timezone.now() + TRIES[0]):
        deliver_due()
    assert states() == ["sent"] * 3
    assert not Pause.objects.now().exists()


def wrong_password(settings, server):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "site", "wrong"
    return Pause.Why.LOG_IN


def no_encryption(settings, server):
    settings.EMAIL_USE_TLS = True
    return Pause.Why.ENCRYPTION


def sender_refused(settings, server):
    server.answers_to_sender = ["550 We do not know you"]
    return Pause.Why.SENDER


def log_in_first(settings, server):
    server.answers_to_sender = ["530 Log in first"]
    return Pause.Why.LOG_IN


@pytest.mark.parametrize(
    "fault", [wrong_password, no_encryption, sender_refused, log_in_first]
)
def test_what_is_wrong_with_us_fails_nobody_and_alerts_once(
    db, settings, mail_server, caplog, fault
):
    MessageFactory.create_batch(30)
    why = fault(settings, mail_server)

    deliver_due()
    deliver_due()

    errors = [row for row in caplog.records if row.levelno == logging.ERROR]
    assert (states(), present().why) == (["waiting"] * 30, why)
    assert mail_server.reached == []
    assert [row.getMessage() for row in errors] == [f"All mails wait: {why.label}."]
    assert outbox.is_silent()


def test_a_pause_tries_with_one_mail_later_and_later(db, mail_server):
    MessageFactory.create_batch(3)
    mail_server.answers_to_sender = ["550 Who are you?"] * 3
    waits = []

    for _ in range(3):
        start = (Pause.objects.now().first() or Pause(try_at=timezone.now())).try_at
        with time_machine.travel(start, tick=False):
            deliver_due()
            waits.append(present().try_at - start)

    assert waits == TRIES[:3]
    assert mail_server.answers_to_sender == []
    assert (Pause.objects.count(), present().tries) == (1, 3)
    assert {message.attempts for message in Message.objects.all()} == {0}
    with time_machine.travel(present().try_at):
        deliver_due()
    assert states() == ["sent"] * 3


def test_the_mail_that_was_tried_steps_behind_the_others(db, mail_server):
    first, _ = (MessageFactory() for _ in range(2))
    mail_server.answers_to_sender = ["550 Who are you?"]

    deliver_due()

    [next_] = Message.objects.claim(1)
    assert next_ != first


def test_one_worker_alone_makes_the_next_try(db):
    pausing.begin(pausing.ServerFault(Pause.Why.AWAY, "no answer"))

    with time_machine.travel(timezone.now() + TRIES[0]):
        assert [pausing.may_try(20), pausing.may_try(20)] == [1, 0]


def test_an_organiser_may_have_it_tried_now(db, mail_server):
    MessageFactory()
    pausing.begin(pausing.ServerFault(Pause.Why.LOG_IN, "535 No"))

    assert pausing.try_now() == 1
    deliver_due()

    assert states() == ["sent"]
    assert pausing.try_now() == 0


def test_a_refused_recipient_ends_the_pause_too(db, mail_server):
    message = MessageFactory()
    mail_server.answers[message.address] = ["550 No such person"]
    pausing.begin(pausing.ServerFault(Pause.Why.AWAY, "no answer"))
    pausing.try_now()

    deliver_due()

    assert (states(), Pause.objects.now().count()) == (["failed"], 0)


def test_a_server_that_hangs_up_on_everybody_is_left_alone(db, mail_server):
    for message in MessageFactory.create_batch(10):
        mail_server.answers[message.address] = ["drop"]

    deliver_due()

    assert states() == ["to be tried again"] * 3 + ["waiting"] * 7
    assert present().why == Pause.Why.AWAY


def test_a_mail_that_is_too_large_fails_alone(db, mail_server):
    MessageFactory.create_batch(2)
    mail_server.answers_to_sender = ["552 Too large"]

    deliver_due()

    assert states() == ["failed", "sent"]
    assert not Pause.objects.exists()


def test_a_server_that_is_away_worries_only_after_a_while(db):
    pausing.begin(pausing.ServerFault(Pause.Why.AWAY, "no answer"))

    assert not outbox.is_silent()
    with time_machine.travel(timezone.now() + LONG + timedelta(seconds=1)):
        assert outbox.is_silent()


def test_there_is_one_pause_at_a_time(db):
    Pause.objects.create(why=Pause.Why.AWAY, try_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.create(why=Pause.Why.AWAY, try_at=timezone.now())

    pausing.end()

    Pause.objects.create(why=Pause.Why.AWAY, try_at=timezone.now())
    assert Pause.objects.count() == 2
