"""No more mails a minute than the mail server, or the servers behind it, like."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from iln.mail.models import Message

MINUTE = timedelta(minutes=1)


def allowance(batch: int) -> int:
    """How many of a batch may leave now. Several workers at once may exceed it by a batch each."""
    if not settings.MAIL_PER_MINUTE:
        return batch
    begun = Message.objects.filter(sending_at__gt=_a_minute_ago()).count()
    return max(0, min(batch, settings.MAIL_PER_MINUTE - begun))


def put_off(message: Message) -> bool:
    """Whether a mail's domain has had enough for now; then all of its mails wait a little.

    Answers to somebody's own act are few, and never wait.
    """
    if not settings.MAIL_PER_MINUTE_AND_DOMAIN or _is_answer(message):
        return False
    domain = "@" + message.address.rpartition("@")[2]
    there = Message.objects.filter(address__iendswith=domain)
    lately = there.filter(sending_at__gt=_a_minute_ago()).order_by("sending_at")
    begun = [at for at in lately.values_list("sending_at", flat=True) if at]
    if len(begun) < settings.MAIL_PER_MINUTE_AND_DOMAIN:
        return False
    again = begun[0] + MINUTE
    message.put_off(again)
    there.due().exclude(stream=Message.Stream.ACCOUNT).update(due_at=again)
    return True


def _is_answer(message: Message) -> bool:
    return message.stream == Message.Stream.ACCOUNT


def _a_minute_ago() -> datetime:
    return timezone.now() - MINUTE
