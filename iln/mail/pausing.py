"""When the mail server refuses us rather than a mail: wait, and try with one mail now and then."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from iln.mail.models import Pause
from iln.mail.models.pause import TRIES

log = logging.getLogger(__name__)


class ServerFault(Exception):
    """Nothing is wrong with the mail."""

    def __init__(self, why: Pause.Why, answer: str) -> None:
        super().__init__(answer)
        self.why = why
        self.answer = answer


def may_try(batch: int) -> int:
    """How many mails may be sent now: a batch; while there is a pause none, or one to try."""
    pause = Pause.objects.now().first()
    if pause is None:
        return batch
    now = timezone.now()
    if pause.try_at > now:
        return 0
    ours = Pause.objects.now().filter(pk=pause.pk, try_at=pause.try_at)
    return ours.update(try_at=now + _until_next(pause.tries))  # 1 for one worker alone


def begin(fault: ServerFault) -> None:
    """Pause, or go on pausing. Organisers are alerted once, by the row."""
    now = timezone.now()
    pause = Pause.objects.now().first()
    if pause is None:
        begun = Pause(
            why=fault.why, last_answer=fault.answer, try_at=now + TRIES[0], tries=1
        )
        Pause.objects.bulk_create([begun], ignore_conflicts=True)
        level = logging.WARNING if fault.why == Pause.Why.AWAY else logging.ERROR
        log.log(level, "All mails wait: %s.", fault.why.label)
        return
    next_try = now + _until_next(pause.tries)
    Pause.objects.now().filter(pk=pause.pk).update(
        why=fault.why, last_answer=fault.answer, try_at=next_try, tries=F("tries") + 1
    )


def end() -> None:
    """The server took, or refused, a mail as it should."""
    if Pause.objects.now().update(ended_at=timezone.now()):
        log.warning("Mails leave again.")


def try_now() -> int:
    """Have the next look at the outbox try, as an organiser asks; 0 where there is no pause."""
    return Pause.objects.now().update(try_at=timezone.now())


def _until_next(tries: int) -> timedelta:
    return TRIES[min(tries, len(TRIES) - 1)]
