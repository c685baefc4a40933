"""When the outbox is looked at."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from iln.mail import health, outbox

log = logging.getLogger(__name__)


@shared_task
def deliver_due() -> None:
    """Send what is due. Queueing nudges this; the schedule repeats it."""
    outbox.deliver_due()


@shared_task
def watch() -> None:
    """Tell organisers when mails do not leave. The schedule repeats it."""
    health.watch()


def nudge() -> None:
    """Have the outbox looked at as soon as this transaction is through.

    A broker that is down costs half a minute, not the request: the schedule finds the rows.
    """

    def send() -> None:
        try:
            deliver_due.delay()
        except (OperationalError, OSError):
            log.warning("The broker does not answer; the schedule will deliver.")

    transaction.on_commit(send)
