"""Into the outbox, and out of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError
from django.utils import timezone

from iln.mail import pacing, pausing
from iln.mail.kinds import bring_up_to_date, is_secret, leaves_once_at_most, why_not
from iln.mail.letter import letter, look_over
from iln.mail.models import PAUSES, Message, Pause
from iln.mail.pausing import ServerFault
from iln.mail.smtp import YES, Answer, fault_on_opening, fault_on_sending, refusal

BATCH = 20
SILENCE = timedelta(minutes=10)
# So many mails in a row to which the server hung up: it is not the mails.
STRIKES = 3
CUT_OFF = "Its sender was cut off while handing it over. It may have arrived."

log = logging.getLogger(__name__)


def queue(messages: Iterable[Message]) -> None:
    """Put messages into the outbox, in the caller's transaction; a known key is left alone."""
    Message.objects.bulk_create(messages, ignore_conflicts=True)


def is_silent() -> bool:
    """Whether mails are due and none leaves: no worker, no mail server, or one that refuses us."""
    if Pause.objects.worrying().exists():
        return True
    long_ago = timezone.now() - SILENCE
    overdue = Message.objects.due().filter(due_at__lt=long_ago)
    return (
        overdue.exists() and not Message.objects.filter(sent_at__gte=long_ago).exists()
    )


def deliver_due() -> None:
    """Send what is due, batch by batch, until nothing is or the mail server refuses us.

    At least once: whoever is killed between the server's yes and our note of it leaves one
    message in doubt. Its lease runs out and it goes again under the same Message-ID, by which
    mail programs know the second copy; kinds for which nothing is better than twice are held
    for an organiser instead.
    """
    while batch := Message.objects.claim(pausing.may_try(pacing.allowance(BATCH))):
        try:
            answered = deliver_batch(batch)
        except ServerFault as fault:
            pausing.begin(fault)
            break  # the schedule comes again
        if answered:
            pausing.end()


def deliver_batch(batch: list[Message]) -> bool:
    """Send claimed messages over one connection; whether the server answered about any.

    When the server itself refuses us, the rest is given back.
    """
    answered, strikes = False, 0
    with closing(get_connection()) as connection:
        try:
            for message in batch:
                _open(connection)
                answer = deliver(message, connection)
                if answer is None:
                    continue
                strikes = strikes + 1 if answer.hung_up else 0
                answered |= not answer.hung_up
                if strikes == STRIKES:
                    raise ServerFault(Pause.Why.AWAY, str(answer))
        except ServerFault:
            Message.objects.release(batch[0].claimed_by)
            raise
    return answered


def _open(connection: BaseEmailBackend) -> None:
    try:
        connection.open()
    except OSError as error:
        connection.close()
        raise ServerFault(fault_on_opening(error), str(refusal(error))) from error


def deliver(message: Message, connection: BaseEmailBackend) -> Answer | None:
    """Send one claimed message, if it is still ours and still wanted, as it is true now.

    Answers what the server said, or None when it was not asked.
    """
    try:
        return _send(message, connection) if _is_ready(message) else None
    except DatabaseError:
        raise  # says nothing about the message, whose lease will run out
    except OSError as error:
        return _refused(message, connection, error)
    except Exception as error:
        # A row that our own code cannot send fails alone. Its words may hold an address.
        log.error("Message %s cannot be sent: %s.", message.pk, type(error).__name__)
        message.fail(f"{type(error).__name__}: {error}")
        return None


def _is_ready(message: Message) -> bool:
    """Whether it shall leave now; if not, why is noted."""
    if message.sending_at and leaves_once_at_most(message):
        message.doubt(CUT_OFF)
    elif reason := why_not(message):
        message.cancel(reason)
    elif message.attempts > len(PAUSES):  # each one ended with its worker
        message.fail(f"Given up after {message.attempts} attempts.")
    else:
        bring_up_to_date(message)
        return not pacing.put_off(message)
    return False


def _send(message: Message, connection: BaseEmailBackend) -> Answer | None:
    mail = letter(message, connection)
    look_over(mail, message)
    if not message.begin_sending(secret=is_secret(message)):
        return None
    mail.send()
    message.mark_sent()
    return YES


def _refused(message: Message, connection: BaseEmailBackend, error: OSError) -> Answer:
    """Note the server's no, or its silence. Raises ServerFault where it is no to all mails."""
    no = refusal(error)
    may_have_left = not no.is_answer and getattr(connection, "may_have_left", True)
    connection.close()  # it may be broken: the next message opens a fresh one
    log.warning("Message %s was not sent: %s.", message.pk, no.code or "no answer")
    if why := fault_on_sending(error):
        message.step_back()
        raise ServerFault(why, str(no)) from error
    if may_have_left and leaves_once_at_most(message):
        message.doubt(f"{CUT_OFF} {no}")
    elif no.permanent:
        message.fail(str(no))
    else:
        message.postpone(str(no))
    return no
