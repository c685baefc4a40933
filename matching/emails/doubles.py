"""To whoever has applied twice."""

from __future__ import annotations

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


def double(application: Application) -> Message:
    """That we keep the other application of theirs, whose address stays untold."""
    return DOUBLE.compose(
        f"double, application {application.pk}, {application.withdrawn_at}",
        application.user,
        context_of(application, []),
        cause_id=application.pk,
    )
