"""Asking how it was, on the round's last day."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from iln.mail import outbox
from matching.after.aftercare import Refused
from matching.emails.ending import survey
from matching.models import Seat, Survey
from matching.models.proposal import SeatQuerySet
from matching.models.survey import SURVEY_OPEN_FOR
from rounds.models import Round

CLOSED = "The survey is closed. Thank you for coming back to it!"


def rounds_just_over() -> QuerySet[Round]:
    """Rounds that have ended, and whose survey is still open."""
    now = timezone.now()
    over = Round.objects.filter(ends_at__lte=now, ends_at__gt=now - SURVEY_OPEN_FOR)
    return over.exclude(published_at=None)


@transaction.atomic
def ask(round_: Round, limit: int) -> int:
    """Thank up to `limit` people and ask how it was, each once; how many it asked."""
    Round.objects.select_for_update(no_key=True).get(pk=round_.pk)
    seats = _to_ask(round_).select_related(
        "match", "application__user", "application__round"
    )
    seats = seats.prefetch_related("match__seats__application")[:limit]
    now = timezone.now()
    surveys = [Survey(seat=seat, asked_at=now) for seat in seats]
    Survey.objects.bulk_create(surveys)
    outbox.queue(survey(one) for one in surveys)
    return len(surveys)


def _to_ask(round_: Round) -> SeatQuerySet:
    """The last seat, but for volunteers' second ones, of everybody who had a partner."""
    seats = Seat.objects.exclude(published_at=None).filter(
        is_second=False,
        application__withdrawn_at=None,
        application__user__is_active=True,
    )
    mine = seats.filter(application=OuterRef("application")).order_by(
        "-published_at", "-pk"
    )
    asked = Survey.objects.filter(seat__application=OuterRef("application"))
    return (
        seats.filter(proposal__round=round_, pk=Subquery(mine.values("pk")[:1]))
        .exclude(Exists(asked))
        .order_by("pk")
    )


@transaction.atomic
def answer(asked: Survey) -> None:
    """Keep somebody's answers, in place of those they gave before."""
    rows = Survey.objects.select_related("seat__application__round")
    now = rows.select_for_update(of=("self",)).get(pk=asked.pk)
    if not now.is_open:
        raise Refused(CLOSED)
    asked.answered_at = timezone.now()
    asked.save(
        update_fields=[
            "answered_at",
            "satisfaction",
            "frequency",
            "wishes_worth",
            "words",
            "may_quote",
        ]
    )
