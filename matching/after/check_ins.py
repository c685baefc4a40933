"""Asking partners whether they are in touch: when, again, and what silence means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from iln.mail import outbox
from iln.mail.models import Message
from matching.emails import INTRODUCTION
from matching.emails.heartbeat import (
    CHECK_IN,
    CHECK_IN_AGAIN,
    check_in,
    check_in_again,
)
from matching.models import CheckIn, Seat
from matching.models.proposal import SeatQuerySet
from rounds.models import Round

# A working week with its weekend: long enough for a holiday of a few days, and short enough
# that a partner who waits is helped within a fortnight of the question.
NUDGE_AFTER = timedelta(days=5)
SILENT_AFTER = timedelta(days=5)
# A question that comes just before the end would be answered together with the survey.
NOT_BEFORE_END = timedelta(days=2)


def rounds_under_way() -> QuerySet[Round]:
    """Rounds in which people may be asked how it goes."""
    running = Round.objects.filter(ends_at__gt=timezone.now())
    return running.exclude(published_at=None)


# --- Asking --------------------------------------------------------------------


def ask(round_: Round, limit: int) -> int:
    """Ask up to `limit` people whose next check-in is due; how many it asked.

    Only the newest that is due: after a week without a worker nobody gets a heap of mails.
    """
    return sum(
        _ask(round_, number, limit)
        for number in range(len(round_.check_ins_after), 0, -1)
    )


@transaction.atomic
def _ask(round_: Round, number: int, limit: int) -> int:
    _one_at_a_time(round_)
    due = _due(round_, number).values_list("pk", flat=True)[:limit]
    asked = CheckIn.objects.bulk_create(
        CheckIn(seat_id=pk, number=number, asked_at=timezone.now()) for pk in due
    )
    _write(asked, check_in)
    return len(asked)


def _due(round_: Round, number: int) -> SeatQuerySet:
    """Who is to be asked for the so-manieth time, and has not been asked this or a later one."""
    now = timezone.now()
    if now > round_.ends_at - NOT_BEFORE_END:
        return Seat.objects.none()
    days = timedelta(days=round_.check_ins_after[number - 1])
    introduced = Message.objects.filter(kind=INTRODUCTION.name, cause_id=OuterRef("pk"))
    asked = CheckIn.objects.filter(seat=OuterRef("pk"), number__gte=number)
    seats = Seat.objects.with_partner().filter(proposal__round=round_)
    return (
        seats.filter(Exists(introduced.filter(sent_at__lte=now - days)))
        .exclude(Exists(asked))
        .order_by("pk")
    )


def _one_at_a_time(round_: Round) -> None:
    """Two workers at once ask nobody twice: the second waits, and finds nothing to do."""
    Round.objects.select_for_update(no_key=True).get(pk=round_.pk)


# --- Nudging, and silence ------------------------------------------------------


@transaction.atomic
def nudge(round_: Round, limit: int) -> int:
    """Ask those once more who have not answered for some days; how many it asked."""
    _one_at_a_time(round_)
    late = list(_unanswered(round_, CHECK_IN.name, NUDGE_AFTER, nudged=False)[:limit])
    CheckIn.objects.filter(pk__in=[one.pk for one in late]).update(
        nudged_at=timezone.now()
    )
    _write(late, check_in_again)
    return len(late)


@transaction.atomic
def note_silence(round_: Round) -> int:
    """Note who has answered neither the question nor the nudge; how many they are.

    Nobody is called silent whom our mails did not reach.
    """
    _one_at_a_time(round_)
    silent = _unanswered(round_, CHECK_IN_AGAIN.name, SILENT_AFTER, nudged=True)
    now = timezone.now()
    return (
        Seat.objects.filter(pk__in=list(silent.values_list("seat", flat=True)))
        .filter(silent_at=None)
        .update(check_in=Seat.CheckIn.SILENT, checked_in_at=now, silent_at=now)
    )


def _unanswered(
    round_: Round, kind: str, after: timedelta, *, nudged: bool
) -> QuerySet[CheckIn]:
    """The newest check-ins without an answer, so long after this mail about them left."""
    there = Seat.objects.with_partner().filter(proposal__round=round_)
    left = Message.objects.filter(
        kind=kind,
        cause_id=OuterRef("seat"),
        due_at__gte=OuterRef("asked_at"),  # not the one before
        sent_at__lte=timezone.now() - after,
    )
    rows = CheckIn.objects.newest().unanswered().filter(Exists(left), seat__in=there)
    return rows.filter(nudged_at__isnull=not nudged).order_by("pk")


def _write(check_ins: Sequence[CheckIn], letter: Callable[[CheckIn], Message]) -> None:
    """Put a letter about each of them into the outbox."""
    rows = CheckIn.objects.filter(pk__in=[one.pk for one in check_ins])
    rows = rows.select_related(
        "seat__match", "seat__application__user", "seat__application__round"
    ).prefetch_related("seat__match__seats__application")
    outbox.queue(letter(one) for one in rows.order_by("pk"))
