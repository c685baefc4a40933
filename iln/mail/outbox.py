"""Into the outbox, and out of it."""

from __future__ import annotations

from collections.abc import Iterable

from iln.mail.models import Message


def queue(messages: Iterable[Message]) -> None:
    """Put messages into the outbox, in the caller's transaction; a known key is left alone."""
    Message.objects.bulk_create(messages, ignore_conflicts=True)
