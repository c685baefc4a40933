"""To whoever has applied twice."""

from __future__ import annotations

from datetime import datetime

from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from matching.emails.common import context_of
from participants.models import Application


def why_not_a_double(message: Message) -> str:
    """Why somebody need not hear any more that one of their two applications was withdrawn."""
    still = Application.objects.exclude(withdrawn_at=None)
    gone = still.filter(pk=message.cause_id or 0).exists()
    return "" if gone else "This person has applied again."


DOUBLE = register(
    Kind(
        "double withdrawn",
        Message.Stream.ROUND,
        "matching/emails/double",
        why_not=why_not_a_double,
    )
)


def why_not_standing(message: Message) -> str:
    """Why somebody need not hear any more that their application stands again."""
    here = Application.objects.filter(pk=message.cause_id or 0, withdrawn_at=None)
    return "" if here.exists() else "The application was withdrawn again."


STANDS_AGAIN = register(
    Kind(
        "stands again",
        Message.Stream.ROUND,
        "matching/emails/stands_again",
        why_not=why_not_standing,
        needed=True,
    )
)


def double_key(application: Application) -> str:
    """By it a withdrawal is known to be that of a double."""
    return f"double, application {application.pk}, {application.withdrawn_at}"


def double(application: Application) -> Message:
    """That we keep the other application of theirs, whose address stays untold."""
    return DOUBLE.compose(
        double_key(application),
        application.user,
        context_of(application, []),
        cause_id=application.pk,
    )


def stands_again(application: Application, withdrawn_at: datetime | None) -> Message:
    """That it was no double, and is in the round as before."""
    return STANDS_AGAIN.compose(
        f"stands again, application {application.pk}, {withdrawn_at}",
        application.user,
        context_of(application, []),
        cause_id=application.pk,
    )
