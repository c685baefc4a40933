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

from iln.mail.kinds import bring_up_to_date, is_secret, why_not
from iln.mail.models import PAUSES, Message
from iln.mail.smtp import refusal

BATCH = 20
SILENCE = timedelta(minutes=10)

log = logging.getLogger(__name__)


def queue(messages: Iterable[Message]) -> None:
    """Put messages into the outbox, in the caller's transaction; a known key is left alone."""
    Message.objects.bulk_create(messages, ignore_conflicts=True)


def is_silent() -> bool:
    """Whether mails are due and none leaves: there is no worker, or no mail server answers."""
    long_ago = timezone.now() - SILENCE
    overdue = Message.objects.due().filter(due_at__lt=long_ago)
    return (
        overdue.exists() and not Message.objects.filter(sent_at__gte=long_ago).exists()
    )


def deliver_due() -> None:
    """Send what is due, batch by batch, until nothing is or the mail server is away.

    At least once: whoever is killed between the server's yes and our note of it leaves one
    message in doubt. Its lease runs out and it goes again under the same Message-ID, by which
    mail programs know the second copy. We prefer that to a mail that never came.
    """
    while batch := Message.objects.claim(BATCH):
        if not deliver_batch(batch):
            break  # one try is enough: the schedule comes again


def deliver_batch(batch: list[Message]) -> bool:
    """Send claimed messages over one connection; False when no server answers."""
    with closing(get_connection()) as connection:
        for message in batch:
            try:
                connection.open()
            except OSError as error:
                no = refusal(error)
                log.warning("The mail server is away: %s.", no.code or "no answer")
                if message.begin_sending():
                    message.postpone(str(no))
                Message.objects.release(batch[0].claimed_by)
                return False
            deliver(message, connection)
    return True


def deliver(message: Message, connection: BaseEmailBackend) -> None:
    """Send one claimed message, if it is still ours and still wanted, as it is true now."""
    try:
        if reason := why_not(message):
            message.cancel(reason)
            return
        if message.attempts > len(PAUSES):  # each one ended with its worker
            message.fail(f"Given up after {message.attempts} attempts.")
            return
        bring_up_to_date(message)
        if message.begin_sending(secret=is_secret(message)):
            message.as_email(connection).send()
            message.mark_sent()
    except DatabaseError:
        raise  # says nothing about the message, whose lease will run out
    except OSError as error:
        connection.close()  # it may be broken: the next message opens a fresh one
        _note_refusal(message, error)
    except Exception as error:
        # A row that our own code cannot send fails alone. Its words may hold an address.
        log.error("Message %s cannot be sent: %s.", message.pk, type(error).__name__)
        message.fail(f"{type(error).__name__}: {error}")


def _note_refusal(message: Message, error: OSError) -> None:
    no = refusal(error)
    log.warning("Message %s was not sent: %s.", message.pk, no.code or "no answer")
    if no.permanent:
        message.fail(str(no))
    else:
        message.postpone(str(no))
