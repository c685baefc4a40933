"""The mails of a published proposal on their way: how far they have come, and holding them back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncDate

from iln.mail.models import Message, MessageQuerySet
from matching.emails import GUIDE, INTRODUCTION, LEFT_OVER, SET_ASIDE
from matching.models import Proposal
from matching.models.proposal import SeatQuerySet
from participants.models import Application

WAITING = Q(sent_at=None, failed_at=None, cancelled_at=None)
STATES = {
    "sent": ~Q(sent_at=None),
    "waiting": WAITING & Q(held_at=None),
    "held": WAITING & ~Q(held_at=None),
    "failed": ~Q(failed_at=None),
    "cancelled": ~Q(cancelled_at=None),
}
INTRODUCTIONS = "Introductions"
NAMES = {
    INTRODUCTION.name: INTRODUCTIONS,
    GUIDE.name: "Guides, a day later",
    LEFT_OVER.name: "To those left over",
    SET_ASIDE.name: "To those set aside",
}
COUNTS = {state: Count("pk", filter=condition) for state, condition in STATES.items()}


def mails(proposal: Proposal) -> MessageQuerySet:
    """All that publishing a proposal put into the outbox."""
    seats = proposal.seats.values("pk")
    ours = Q(kind__in=[INTRODUCTION.name, GUIDE.name], cause_id__in=seats)
    if not proposal.is_repair:  # of which only the new partners hear
        unmatched = proposal.unmatched.values("pk")
        ours |= Q(kind=LEFT_OVER.name, cause_id__in=unmatched)
        everybody = Application.objects.filter(round=proposal.round_id).values("pk")
        ours |= Q(kind=SET_ASIDE.name, cause_id__in=everybody)
    return Message.objects.filter(ours)


def introduced(seats: SeatQuerySet) -> SeatQuerySet:
    """Those whose introduction no longer waits: it left, or could not."""
    waiting = Message.objects.waiting().filter(
        kind=INTRODUCTION.name, cause_id=OuterRef("pk")
    )
    return seats.exclude(Exists(waiting))


def has_begun(mails: MessageQuerySet) -> bool:
    """Whether one of them has left, or may just be leaving."""
    return mails.exclude(sent_at=None, sending_at=None).exists()


def next_due(mails: MessageQuerySet) -> datetime | None:
    """When the next of them is to leave."""
    going = mails.waiting().filter(held_at=None).order_by("due_at")
    return going.values_list("due_at", flat=True).first()


def by_kind(proposal: Proposal) -> dict[str, dict[str, int]]:
    """How many mails of each kind, introductions first, are in which state."""
    rows: Any = mails(proposal).order_by().values("kind")
    found = {row.pop("kind"): row for row in rows.annotate(**COUNTS, all=Count("pk"))}
    none = dict.fromkeys([*STATES, "all"], 0)
    return {name: found.get(kind, none) for kind, name in NAMES.items()}


def by_day(proposal: Proposal) -> list[dict[str, Any]]:
    """How many introductions are in which state, by the round's days on which they are due."""
    day = TruncDate("due_at", tzinfo=proposal.round.zone)
    introductions = mails(proposal).filter(kind=INTRODUCTION.name)
    rows: Any = introductions.annotate(day=day).order_by("day").values("day")
    return list(rows.annotate(**COUNTS))
