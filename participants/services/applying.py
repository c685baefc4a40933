"""Apply, confirm, correct, withdraw: a person's own acts."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from iln.mail.models import Message
from iln.mail.outbox import queue
from participants import emails
from participants.answers import Answers, save
from participants.models import Application
from participants.services import waiting
from participants.services.people import Refused, locked, person_with, rows_to_change

# What somebody who corrects their answers leaves as it is.
KEPT = (
    "submitted_at",
    "confirmed_at",
    "introduced_at",
    "asked_still_in_at",
    "still_in_reminded_at",
    "still_in_at",
    "sat_out_at",
    "next_round_at",
    "next_round_told_at",
    "told_no_answer_at",
    "told_to_wait_at",
    "told_of_place_at",
    "reopened_until",
    "wishes_read_at",
    "volunteers",
)


@transaction.atomic
def apply(answers: Answers) -> None:
    """Keep an application until its mail confirms it; a confirmed one is left as it is.

    The caller learns nothing about which it was, so a stranger cannot either: not even by
    the time it takes, since what is told of a confirmed person is saved, too, and taken back.
    """
    new = answers.application
    new.user = person_with(answers.email)
    old = rows_to_change().filter(round=new.round, user=new.user).first()
    if old:
        new.pk, new._state.adding = old.pk, False
    new.submitted_at = timezone.now()
    before = transaction.savepoint()
    save(answers)
    if old and old.confirmed_at and not old.withdrawn_at:
        transaction.savepoint_rollback(before)
        queue([emails.already_applied(old)])
    else:
        transaction.savepoint_commit(before)
        queue([emails.confirm(new)])


@transaction.atomic
def confirm(application: Application) -> bool:
    """Count a person in, once, until the confirmation deadline; whether it was just now."""
    application = locked(application)
    if application.withdrawn_at:
        raise Refused("You withdrew this application, so there is nothing to confirm.")
    if application.confirmed_at:
        return False
    now = timezone.now()
    if now > application.round.confirm_by:
        raise Refused(
            "The time to confirm is over. We hope to see you in the next round."
        )
    application.confirmed_at = now
    application.save(update_fields=["confirmed_at"])
    application.user.name = application.name
    application.user.save(update_fields=["name"])
    if place := waiting.place(application):
        application.told_to_wait_at = now
        application.save(update_fields=["told_to_wait_at"])
        queue([emails.waiting(application, place)])
    else:
        queue([emails.receipt(application)])
    return True


def require_correctable(application: Application) -> None:
    if application.withdrawn_at:
        raise Refused("You withdrew this application, so it stays as it is.")
    if not application.is_correctable:
        raise Refused("The sign-up is over: your answers stay as they are.")


@transaction.atomic
def correct(answers: Answers) -> None:
    """Replace what somebody told us, while the sign-up is open."""
    new = answers.application
    old = locked(new)
    require_correctable(old)
    if new.wishes_text != old.wishes_text:
        old.wishes_read_at = None
    for name in KEPT:
        # as they are now, not as we saw them
        setattr(new, name, getattr(old, name))
    save(answers)


@transaction.atomic
def withdraw(
    application: Application,
    letter: Callable[[Application], Message] = emails.withdrawn,
    *,
    reason: str = "",
    words: str = "",
) -> None:
    """Take a person out of a round, once, and tell them by this letter; perhaps they said why."""
    application = locked(application)
    if application.withdrawn_at:
        return
    application.withdrawn_at = timezone.now()
    application.withdrawal_reason, application.withdrawal_words = reason, words
    application.save(
        update_fields=["withdrawn_at", "withdrawal_reason", "withdrawal_words"]
    )
    queue([letter(application)])


@transaction.atomic
def stand_again(
    application: Application, letter: Callable[[Application], Message]
) -> None:
    """Take back a withdrawal that organisers made by mistake, and tell the person.

    Only the withdrawal that the caller has seen, who also holds the lock of the round, so
    that it is not published meanwhile.
    """
    seen, application = application.withdrawn_at, locked(application)
    if application.withdrawn_at is None or application.withdrawn_at != seen:
        raise Refused("This application has changed meanwhile. Please look again.")
    if application.round.published_at:
        raise Refused(f"{application.round} has been published already.")
    application.withdrawn_at = None
    in_time = timezone.now() <= application.round.confirm_by
    if application.state != Application.State.CONFIRMED and not in_time:
        raise Refused(
            "The time to confirm is over, and this application was not confirmed: "
            "it could not be in the round."
        )
    application.withdrawal_reason = application.withdrawal_words = ""
    application.save(
        update_fields=["withdrawn_at", "withdrawal_reason", "withdrawal_words"]
    )
    queue([letter(application)])
