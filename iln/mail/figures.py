"""What the outbox comes to, in numbers and words for organisers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format

from iln.mail.emails import late_since
from iln.mail.kinds import KINDS, bring_up_to_date
from iln.mail.models import Message, MessageQuerySet, Pause

WAITING = Q(sent_at=None, failed_at=None, cancelled_at=None)
STATES = {
    "waiting": WAITING & Q(held_at=None),
    "held": WAITING & Q(held_at__isnull=False, doubtful_at=None),
    "in doubt": WAITING & Q(doubtful_at__isnull=False),
    "failed": Q(failed_at__isnull=False),
    "cancelled": Q(cancelled_at__isnull=False),
    "sent": Q(sent_at__isnull=False),
}


@dataclass(frozen=True)
class Trouble:
    """Why mails do not leave, if they do not."""

    late_since: datetime | None
    pause: Pause | None


@dataclass(frozen=True)
class Now(Trouble):
    """The outbox at this moment."""

    kinds: list[tuple[str, list[int]]]
    total: list[tuple[str, int]]
    next_due: datetime | None


def trouble() -> Trouble:
    return Trouble(late_since(), Pause.objects.now().first())


def now() -> Now:
    counted = {
        name.replace(" ", "_"): Count("pk", filter=each)
        for name, each in STATES.items()
    }
    rows: Any = Message.objects.order_by("kind").values("kind").annotate(**counted)
    kinds = [(row["kind"], [row[name] for name in counted]) for row in rows]
    total = Counter[str]()
    for _, numbers in kinds:
        total.update(dict(zip(STATES, numbers, strict=True)))
    going = Message.objects.waiting().filter(held_at=None).order_by("due_at")
    return Now(
        kinds=kinds,
        total=[(state, total[state]) for state in STATES],
        next_due=going.values_list("due_at", flat=True).first(),
        **vars(trouble()),
    )


def why_it_waits(message: Message) -> str:
    """Why a message has not left, in a sentence; empty when it waits for nothing."""
    if message.sent_at or message.failed_at or message.cancelled_at:
        return ""
    if message.doubtful_at:
        return "It may have left already. Send it again, or cancel it: nobody else decides."
    if message.held_at:
        return (
            f"It has been held since {_day(message.held_at)}. Let it go, or cancel it."
        )
    if message.lease_until and message.lease_until > timezone.now():
        return "It is being sent just now."
    if message.due_at > timezone.now():
        again = (
            "It was refused, and is tried again" if message.attempts else "It leaves"
        )
        return f"{again} on {_day(message.due_at)}."
    if pause := Pause.objects.now().first():
        return f"All mails wait: {pause}."
    return "Its time has come: it leaves as soon as a worker looks."


def copies(rows: MessageQuerySet) -> list[Message]:
    """Those of the rows that were sent, once more as new mails with what is true now.

    Once a minute each. Of secret mails no words are kept, and their links are asked for anew.
    """
    minute = timezone.now().replace(second=0, microsecond=0)
    sent = rows.exclude(sent_at=None).select_related("recipient")
    found = [_copy(one, f"{minute:%Y-%m-%d %H:%M}") for one in _repeatable(sent)]
    return [copy for copy in found if copy]


def _repeatable(rows: Iterable[Message]) -> list[Message]:
    return [row for row in rows if row.kind in KINDS and not KINDS[row.kind].secret]


def _copy(message: Message, minute: str) -> Message | None:
    mine = {"key", "kind", "stream", "cause_id", "recipient", "address"}
    words = {"subject", "text", "html"}
    copy = Message(**{name: getattr(message, name) for name in mine | words})
    copy.key = f"{message.key[:160]}, once more at {minute}"
    try:
        bring_up_to_date(copy)
    except ObjectDoesNotExist:  # what it was about is gone
        return None
    return copy


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y, H:i")
