"""Before matching day: "Still in?", its three answers, and who wants the next round."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from iln.mail.models import Message
from iln.mail.outbox import queue
from participants import emails
from participants.models import Application
from participants.services.people import Refused, locked, locked_batch
from rounds.models import Round

# Whoever is asked has so long to answer. Should our workers have slept until later than that,
# nobody is asked, and all who confirmed are in.
AT_LEAST = timedelta(days=1)
LONG = 3  # days: whoever has longer is reminded two days before the end, else one


def asks(round_: Round) -> bool:
    """Whether it is time to ask."""
    begin = round_.ask_still_in_at
    if begin is None or round_.published_at:
        return False
    return begin <= timezone.now() <= round_.confirm_by - AT_LEAST


def reminds(round_: Round) -> bool:
    """Whether it is time to ask those once more who have not answered."""
    long = (round_.still_in_days or 0) > LONG
    begin = round_.confirm_by - timedelta(days=2 if long else 1)
    return round_.takes_answers and begin <= timezone.now()


@transaction.atomic
def ask_still_in(round_: Round, limit: int) -> int:
    """Ask up to so many people who confirmed before the question goes out, each once."""
    before = round_.ask_still_in_at
    came_back = Q(asked_still_in_at__lt=before, still_in_at__lt=before)
    early = round_.applications.filter(came_back)
    early.update(asked_still_in_at=None, still_in_at=None)  # asked with all others
    due = round_.applications.confirmed().filter(
        asked_still_in_at=None, confirmed_at__lt=before
    )
    return _write(due, limit, "asked_still_in_at", emails.still_in)


@transaction.atomic
def remind_still_in(round_: Round, limit: int) -> int:
    """Ask up to so many people once more, whom we asked a day ago or longer, each once."""
    due = round_.applications.unanswered().filter(
        still_in_reminded_at=None, asked_still_in_at__lte=timezone.now() - AT_LEAST
    )
    return _write(due, limit, "still_in_reminded_at", emails.still_in_again)


@transaction.atomic
def tell_silent(round_: Round, limit: int) -> int:
    """After the deadline, tell up to so many people that we had no answer, each once."""
    due = round_.applications.unanswered().filter(told_no_answer_at=None)
    return _write(due, limit, "told_no_answer_at", emails.no_answer)


@transaction.atomic
def tell_next_round(round_: Round, limit: int) -> int:
    """Tell up to so many people whose place is kept that this round is open, each once.

    Whoever has applied to it already needs no telling.
    """
    due = Application.objects.sat_out().filter(
        next_round_at__isnull=False,
        next_round_told_at=None,
        round__opens_at__lt=round_.opens_at,
        round__is_rehearsal=False,
    )
    batch = locked_batch(due, limit)
    _note(batch, "next_round_told_at")
    here = set(round_.applications.values_list("user_id", flat=True))
    queue(emails.next_round(one, round_) for one in batch if one.user_id not in here)
    return len(batch)


def _write(
    due: QuerySet[Application],
    limit: int,
    moment: str,
    letter: Callable[[Application], Message],
) -> int:
    batch = locked_batch(due, limit)
    _note(batch, moment)
    queue(letter(one) for one in batch)
    return len(batch)


def _note(batch: list[Application], moment: str) -> None:
    rows = Application.objects.filter(pk__in=[one.pk for one in batch])
    rows.update(**{moment: timezone.now()})


# --- The answers -------------------------------------------------------------


@transaction.atomic
def stay_in(application: Application) -> None:
    """Yes: they are matched."""
    application = _answering(application)
    if not application.still_in_at:
        _answer(application, still_in_at=timezone.now())


@transaction.atomic
def sit_out(application: Application) -> None:
    """Not this time; they may say so before they are asked."""
    application = _answering(application, may_be_early=True)
    if application.next_round_at or not application.sat_out_at:
        _answer(application, sat_out_at=timezone.now())
        queue([emails.still_in_answered(application)])


@transaction.atomic
def wait_for_next_round(application: Application) -> None:
    """Not this time, but next time, and then among the first; also for who never answered."""
    application = _answering(application, may_be_early=True, may_be_late=True)
    if not application.next_round_at:
        now = timezone.now()
        _answer(application, sat_out_at=now, next_round_at=now)
        queue([emails.still_in_answered(application)])


def _answering(
    application: Application, *, may_be_early: bool = False, may_be_late: bool = False
) -> Application:
    """Somebody's application, locked, where they may answer; a later answer replaces theirs."""
    application = locked(application)
    if application.withdrawn_at:
        raise Refused("You withdrew this application, so there is nothing to answer.")
    early = may_be_early and application.may_pause
    if not application.asked_still_in_at and not early:
        raise Refused("We have not asked you, so there is nothing to answer.")
    late = may_be_late and application.may_keep_a_place
    if not application.round.takes_answers and not late:
        raise Refused("The time to answer is over, so nothing was changed.")
    return application


def _answer(application: Application, **moments: datetime) -> None:
    names = ["still_in_at", "sat_out_at", "next_round_at"]
    for name in names:
        setattr(application, name, moments.get(name))
    # Whoever comes before we ask has asked themselves.
    application.asked_still_in_at = application.asked_still_in_at or timezone.now()
    application.save(update_fields=[*names, "asked_still_in_at"])
