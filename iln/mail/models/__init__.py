"""The outbox: a row for every mail to one person, who wants which, and when all of it waits."""

from __future__ import annotations

from iln.mail.models.message import (
    LEASE,
    PAUSES,
    WORDS,
    Message,
    MessageQuerySet,
    _message_id,
)
from iln.mail.models.pause import Pause
from iln.mail.models.returned import Returned
from iln.mail.models.unsubscribed import Unsubscribed
from iln.mail.models.wording import Wording

__all__ = [
    "LEASE",
    "PAUSES",
    "WORDS",
    "Message",
    "MessageQuerySet",
    "Pause",
    "Returned",
    "Unsubscribed",
    "Wording",
    "_message_id",  # migrations name it
]
