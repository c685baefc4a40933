"""What we write to applicants about their application."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet

from iln.mail.kinds import KINDS, Kind, register
from iln.mail.models import Message
from participants import luck
from participants.emails.common import FOLDER, Stream, absolute, this_minute
from participants.emails.still_in import STILL_IN, still_in_again
from participants.models import Application, Wish
from participants.terms import Terms


def _application(message: Message) -> Application | None:
    return Application.objects.filter(pk=message.cause_id or 0).first()


def _not_to_confirm(message: Message) -> str:
    application = _application(message)
    if application is None or application.withdrawn_at:
        return "The application was withdrawn."
    return "The application is confirmed already." if application.confirmed_at else ""


def _not_active(message: Message) -> str:
    application = _application(message)
    gone = application is None or application.withdrawn_at
    return "The application was withdrawn." if gone else ""


def _not_withdrawn(message: Message) -> str:
    application = _application(message)
    back = application is None or not application.withdrawn_at
    return "The person has applied again." if back else ""


def _written_now(message: Message) -> Message:
    """The words of a mail that was queued blank."""
    rows = Application.objects.select_related("round", "user")
    application = rows.get(pk=message.cause_id or 0)
    return _about(KINDS[message.kind], application, message.due_at)


CONFIRM = register(
    Kind(
        "confirm application",
        Stream.ACCOUNT,
        f"{FOLDER}/confirm",
        _not_to_confirm,
        _written_now,
    )
)
REMINDER = register(
    Kind(
        "confirm application, reminder",
        Stream.ACCOUNT,
        f"{FOLDER}/confirm",
        _not_to_confirm,
    )
)
ALREADY_APPLIED = register(
    Kind(
        "already applied",
        Stream.ACCOUNT,
        f"{FOLDER}/already_applied",
        _not_active,
        _written_now,
    )
)
RECEIPT = register(
    Kind("application confirmed", Stream.ACCOUNT, f"{FOLDER}/receipt", _not_active)
)
WITHDRAWN = register(
    Kind("application withdrawn", Stream.ACCOUNT, f"{FOLDER}/withdrawn", _not_withdrawn)
)
WISHES_ADDED = register(
    Kind("wishes added", Stream.ROUND, f"{FOLDER}/wishes_added", _not_active)
)


def confirm(application: Application) -> Message:
    """Written when it leaves, as the next one: the form answers both as fast."""
    return _blank(CONFIRM, application, application.submitted_at)


def already_applied(application: Application) -> Message:
    return _blank(ALREADY_APPLIED, application, this_minute())


def _blank(kind: Kind, application: Application, moment: object) -> Message:
    key = _key(kind, application, moment)
    return kind.blank(key, application.user, cause_id=application.pk)


def reminder(application: Application, day: date) -> Message:
    """Asked once more, to confirm or whether they are still in, once a day at most."""
    if application.confirmed_at:
        return still_in_again(application, day)
    return _about(REMINDER, application, f"reminder, {day}", reminds=True)


def reminders(day: date) -> QuerySet[Message]:
    """Those of one day, of all who have something to answer."""
    kinds = [REMINDER.name, STILL_IN.name]
    return Message.objects.filter(kind__in=kinds, key__endswith=f"reminder, {day}")


def receipt(application: Application) -> Message:
    """That they are in; and why they come among the first, where they do."""
    why_first = luck.first(application.round, [application.user_id])
    return _about(
        RECEIPT,
        application,
        application.submitted_at,
        luck=why_first.get(application.user_id),
    )


def withdrawn(application: Application) -> Message:
    return _about(WITHDRAWN, application, application.withdrawn_at)


def wishes_added(application: Application, wishes: Sequence[Wish]) -> Message:
    """What an organiser made of somebody's free words, which are quoted."""
    terms = Terms()
    added = [(wish, terms.accepted(wish)) for wish in wishes]
    return _about(WISHES_ADDED, application, application.reopened_until, added=added)


def _about(
    kind: Kind, application: Application, moment: object, **more: object
) -> Message:
    return kind.compose(
        _key(kind, application, moment),
        application.user,
        {
            "application": application,
            "round": application.round,
            "link": absolute(application),
            **more,
        },
        cause_id=application.pk,
    )


def _key(kind: Kind, application: Application, moment: object) -> str:
    return f"{kind.name}, application {application.pk}, {moment}"
