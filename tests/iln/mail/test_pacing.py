"""No more mails a minute than servers like."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from django.utils import timezone

from iln.mail.models import Message
from iln.mail.tasks import deliver_due
from tests.factories import MessageFactory

MINUTE = timedelta(minutes=1)


def test_no_more_leave_in_a_minute_than_the_settings_say(db, settings, mailoutbox):
    settings.MAIL_PER_MINUTE = 30
    MessageFactory.create_batch(70)
    now, left = timezone.now() + MINUTE, []

    for half in range(6):
        with time_machine.travel(now + half * MINUTE / 2, tick=False):
            deliver_due()
            deliver_due()
        left.append(len(mailoutbox))

    assert left == [30, 30, 60, 60, 70, 70]


def test_a_domain_that_has_had_enough_keeps_nobody_else_waiting(
    db, settings, mailoutbox
):
    settings.MAIL_PER_MINUTE_AND_DOMAIN = 3
    topics = {"stream": Message.Stream.TOPICS, "kind": "test"}
    for n in range(8):
        MessageFactory(address=f"p{n}@Large.example.org", **topics)
    MessageFactory(address="ana@small.example.org", **topics)
    now = timezone.now() + MINUTE

    with time_machine.travel(now, tick=False):
        deliver_due()
        first = [mail.to[0] for mail in mailoutbox]
    waiting = Message.objects.waiting()
    put_off = set(waiting.values_list("due_at", "attempts", "sending_at"))
    with time_machine.travel(now + MINUTE, tick=False):
        deliver_due()

    assert len(first) == 4
    assert first[-1] == "ana@small.example.org"
    assert put_off == {(now + MINUTE, 0, None)}
    assert len(mailoutbox) == 7


def test_answers_to_somebodys_own_act_do_not_wait(db, settings, mailoutbox):
    settings.MAIL_PER_MINUTE_AND_DOMAIN = 1
    for n in range(3):
        MessageFactory(address=f"p{n}@example.org")

    deliver_due()

    assert len(mailoutbox) == 3
