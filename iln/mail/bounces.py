"""Mails that come back: whose they were, and whether their address is gone for good.

Each mail leaves with a return address of its own, signed, so that a report is known to be
about a mail of ours, whatever it quotes. Only reports after RFC 3464 are read; an
out-of-office answer is none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.message import Message as Part
from enum import StrEnum

from django.db import transaction

from iln.mail import emails, outbox
from iln.mail.models import Message, Returned
from iln.mail.returning import returned_to

LARGEST = 2_000_000  # bytes
STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
# Full, too large, busy, not now, against a policy: the address itself is right.
PASSING = {"2.2", "2.3", "3", "4", "5", "6", "7"}


class Outcome(StrEnum):
    HARD = "The address is gone: nothing more is sent to it."
    SOFT = "It did not arrive this time. Counted."
    KNOWN = "This report was taken before."
    NO_REPORT = "No report about a mail that failed."
    NOT_OURS = "Not about a mail of ours."


@dataclass(frozen=True)
class Failure:
    status: str
    is_hard: bool


def take(raw: bytes) -> Outcome:
    """Read one returned mail and note it, once."""
    mail = message_from_bytes(raw[:LARGEST], policy=policy.default)
    pk = returned_to(mail)
    if pk is None or not Message.objects.filter(pk=pk).exists():
        return Outcome.NOT_OURS
    failure = read(mail)
    if failure is None:
        return Outcome.NO_REPORT
    return _note(pk, failure, hashlib.sha256(raw).hexdigest())


@transaction.atomic
def _note(pk: int, failure: Failure, report: str) -> Outcome:
    _, is_new = Returned.objects.get_or_create(
        report=report,
        defaults={
            "message_id": pk,
            "is_hard": failure.is_hard,
            "status": failure.status,
        },
    )
    if not is_new:
        return Outcome.KNOWN
    if not failure.is_hard:
        return Outcome.SOFT
    outbox.queue(emails.returned(one) for one in emails.organisers())
    return Outcome.HARD


def read(mail: EmailMessage) -> Failure | None:
    """What a report says; None where it is none, or tells of no failure."""
    if mail.get_content_type() != "multipart/report":
        return None
    failures = [found for part in _groups(mail) if (found := _failure(part))]
    hard = [one for one in failures if one.is_hard]
    return next(iter(hard or failures), None)


def _groups(mail: EmailMessage) -> Iterator[Part]:
    """Each recipient's lines of the report."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            for group in part.get_payload():
                if isinstance(group, Part):
                    yield group


def _failure(group: Part) -> Failure | None:
    action = str(group.get("Action", "")).strip().lower()
    found = STATUS.search(str(group.get("Status", "")))
    if action not in {"failed", "delayed"} or found is None:
        return None
    of, subject, detail = found.groups()
    passing = subject in PASSING or f"{subject}.{detail}" in PASSING
    is_hard = action == "failed" and of == "5" and not passing
    return Failure(found[0], is_hard)
