"""Whether mails leave in time, and whether organisers know when they do not."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.utils import timezone

from iln.mail import emails, examples, outbox
from iln.mail.models import Message, Wording
from iln.mail.pausing import ServerFault
from iln.mail.wording import is_broken

log = logging.getLogger(__name__)


def watch() -> None:
    """Alert organisers once an hour while mails are late, and once a day about broken words.

    The alert about late mails overtakes all others. Where no server takes it either, the log
    and the organisers' own pages say the same.
    """
    if late := emails.late_since():
        log.error("The oldest due mail is late by %s.", _roughly(late))
        outbox.queue(emails.late(one) for one in emails.organisers())
        _send_at_once()
    if names := broken_words():
        outbox.queue(emails.broken(one, names) for one in emails.organisers())


def broken_words() -> list[str]:
    """Kinds of mail whose own words cannot be sent, so that the shipped ones are."""
    kinds = {kind.name: kind for kind in examples.with_own_words()}
    return sorted(
        {
            row.kind
            for row in Wording.objects.newest()
            if row.kind in kinds and is_broken(row.words, kinds[row.kind].templates)
        }
    )


def _send_at_once() -> None:
    alerts = Message.objects.filter(kind=emails.LATE.name)
    try:
        if batch := alerts.claim(outbox.BATCH):
            outbox.deliver_batch(batch)
    except ServerFault as fault:
        log.error("The alert about late mails cannot leave: %s.", fault.why.label)


def _roughly(since: datetime) -> timedelta:
    late = timezone.now() - since
    return late - late % timedelta(minutes=1)
