"""What organisers do for an applicant: remind, open again, add wishes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from iln.mail.outbox import queue
from participants import emails
from participants.models import Application, Wish
from participants.services.people import Refused, locked
from rounds.models import Round

REOPENED_FOR = timedelta(days=3)


def remind(round_: Round) -> int:
    """Ask everybody again who has not answered, each once a day; how many were asked now."""
    if timezone.now() > round_.confirm_by:
        raise Refused("The time to answer is over.")
    today = timezone.localdate()
    waiting = to_remind(round_)
    queue(emails.reminder(application, today) for application in waiting)
    return len(waiting)


def to_remind(round_: Round) -> list[Application]:
    """Who has not confirmed, or not said whether they are still in; and was not asked today."""
    sent = emails.reminders(timezone.localdate())
    reminded = set(sent.values_list("cause_id", flat=True))
    waiting = round_.applications.to_remind().select_related("user", "round")
    return [one for one in waiting if one.pk not in reminded]


@transaction.atomic
def reopen(application: Application) -> Application:
    """Let somebody change their answers for some days, even after sign-up; the fresh row."""
    application = locked(application)
    if application.withdrawn_at:
        raise Refused(f"{application.name} has withdrawn.")
    if application.round.published_at:
        raise Refused(f"{application.round} has been published already.")
    application.reopened_until = timezone.now() + REOPENED_FOR
    application.save(update_fields=["reopened_until"])
    return application


@transaction.atomic
def add_wishes(application: Application, wishes: Sequence[Wish]) -> None:
    """Make wishes of somebody's free words, beside their own, and tell them."""
    application = reopen(application)
    there = set(application.wishes.values_list("aspect", flat=True))
    for wish in wishes:
        if wish.aspect in there:
            aspect = wish.get_aspect_display()
            raise Refused(f"There is a wish about the {aspect} already.")
        wish.application = application
    Wish.objects.bulk_create(wishes)
    done_with_words(application)
    queue([emails.wishes_added(application, wishes)])


def done_with_words(application: Application) -> None:
    """Note that an organiser has read somebody's free words, and made of them what they could."""
    rows = Application.objects.filter(pk=application.pk)
    rows.update(wishes_read_at=timezone.now())
