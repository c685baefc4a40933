"""Mails name people: whoever gets one, and perhaps their partner."""

from __future__ import annotations

from iln.personal_data import UNTIL_ERASED, Table

TABLES = [
    Table(
        "mail.Message",
        whose=("recipient", "address"),
        told_when={"sent_at__isnull": False},
        kept=UNTIL_ERASED,
        personal={
            "address": "where it goes",
            "key": "what it is about, with the numbers of rows",
            "kind": "what kind of mail it is",
            "stream": "to which stream it belongs",
            "cause_id": "the row that it is about, such as an application",
            "subject": "its subject, perhaps with a partner’s name",
            "text": "its words, perhaps with a partner’s name and address",
            "html": "the same as HTML",
            "sent_at": "when it was sent",
            "last_answer": "what the mail server said, perhaps with the address",
        },
        clean={
            "message_id",
            "queued_at",
            "due_at",
            "claimed_by",
            "lease_until",
            "sending_at",
            "attempts",
            "failed_at",
            "cancelled_at",
            "held_at",
            "doubtful_at",
        },
    ),
    Table(
        "mail.Unsubscribed",
        whose=("recipient",),
        kept=UNTIL_ERASED,
        personal={
            "stream": "which mails they do not want",
            "until": "until when, if not for good",
            "asked_at": "when they said so",
        },
    ),
    Table(
        "mail.Pause",
        clean={"why", "last_answer", "began_at", "try_at", "tries", "ended_at"},
    ),
    Table(
        "mail.Wording",
        whose=("by",),
        kept="as long as the words of mails have versions; then without the organiser",
        stays=True,
        personal={
            "kind": "of which mail an organiser wrote the words",
            "language": "in which language",
            "at": "when",
        },
        clean={"subject", "opening", "closing"},
    ),
    Table(
        "mail.Returned",
        whose=("message__recipient", "message__address"),
        kept=UNTIL_ERASED,
        personal={
            "is_hard": "whether their address does not exist",
            "status": "what a mail server said, as a number",
            "at": "when a mail to them came back",
            "lifted_at": "when an organiser said that the address works again",
        },
        clean={"report"},
    ),
]
