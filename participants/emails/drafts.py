"""What we write to those who have not finished their application."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from participants.emails.common import FOLDER, Stream, absolute, this_minute
from participants.models import Draft


def _not_to_finish(message: Message) -> str:
    draft = Draft.objects.filter(pk=message.cause_id or 0, sent_at=None).first()
    return "" if draft else "The application was sent, or deleted."


UNFINISHED = register(
    Kind(
        "unfinished application", Stream.ACCOUNT, f"{FOLDER}/unfinished", _not_to_finish
    )
)


def unfinished(draft: Draft, *, again: bool = False) -> Message:
    """The link that opens a draft anywhere. It quotes nothing: a stranger may have typed it."""
    return UNFINISHED.compose(
        f"{UNFINISHED.name}, draft {draft.pk}, round {draft.round_id}, {this_minute()}",
        draft.email,
        {
            "draft": draft,
            "round": draft.round,
            "link": absolute(draft),
            "again": again,
        },
        cause_id=draft.pk,
    )


def unfinished_lately(address: str) -> int:
    """How many such mails went to an address within the hour."""
    return Message.objects.filter(
        kind=UNFINISHED.name,
        address__iexact=address,
        due_at__gt=timezone.now() - timedelta(hours=1),
    ).count()
