"""What we write to applicants, and to those who wait for a round."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from participants.models import Application, OpeningAlert, User, Wish
from participants.terms import Terms
from rounds.models import Round


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


def _alert_done(message: Message) -> str:
    waiting = OpeningAlert.objects.waiting().filter(confirmed_at=None)
    still = waiting.filter(pk=message.cause_id or 0).exists()
    return "" if still else "The address is confirmed already."


def _round_not_open(message: Message) -> str:
    still = Round.objects.open().filter(pk=message.cause_id or 0).exists()
    return "" if still else "The round is not open any more."


Stream = Message.Stream
FOLDER = "participants/emails"

CONFIRM = register(
    Kind("confirm application", Stream.ACCOUNT, f"{FOLDER}/confirm", _not_to_confirm)
)
ALREADY_APPLIED = register(
    Kind("already applied", Stream.ACCOUNT, f"{FOLDER}/already_applied", _not_active)
)
RECEIPT = register(
    Kind("application confirmed", Stream.ACCOUNT, f"{FOLDER}/receipt", _not_active)
)
WITHDRAWN = register(
    Kind("application withdrawn", Stream.ACCOUNT, f"{FOLDER}/withdrawn", _not_withdrawn)
)
LINKS = register(Kind("link again", Stream.ACCOUNT, f"{FOLDER}/links"))
CONFIRM_ALERT = register(
    Kind("confirm alert", Stream.ACCOUNT, f"{FOLDER}/confirm_alert", _alert_done)
)
WISHES_ADDED = register(
    Kind("wishes added", Stream.ROUND, f"{FOLDER}/wishes_added", _not_active)
)
ROUND_IS_OPEN = register(
    Kind("round is open", Stream.ACCOUNT, f"{FOLDER}/round_is_open", _round_not_open)
)


def confirm(application: Application) -> Message:
    return _about(CONFIRM, application, application.submitted_at)


def reminder(application: Application, day: date) -> Message:
    """The same once more, once a day at most."""
    return _about(CONFIRM, application, _reminder(day), reminds=True)


def reminders(day: date) -> QuerySet[Message]:
    """Those of one day."""
    return Message.objects.filter(kind=CONFIRM.name, key__endswith=_reminder(day))


def _reminder(day: date) -> str:
    return f"reminder of {day}"


def already_applied(application: Application) -> Message:
    return _about(ALREADY_APPLIED, application, _this_minute())


def receipt(application: Application) -> Message:
    return _about(RECEIPT, application, application.submitted_at)


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
        f"{kind.name}, application {application.pk}, {moment}",
        application.user,
        {
            "application": application,
            "round": application.round,
            "link": _absolute(application),
            **more,
        },
        cause_id=application.pk,
    )


def links(person: User, applications: Sequence[Application]) -> Message:
    entries = [(application, _absolute(application)) for application in applications]
    key = f"{LINKS.name}, person {person.pk}, {_this_minute()}"
    return LINKS.compose(key, person, {"entries": entries})


def confirm_alert(alert: OpeningAlert) -> Message:
    key = f"{CONFIRM_ALERT.name} {alert.pk}, {_this_minute()}"
    context = {"link": _absolute(alert)}
    return CONFIRM_ALERT.compose(key, alert.email, context, cause_id=alert.pk)


def round_is_open(alert: OpeningAlert, round_: Round) -> Message:
    return ROUND_IS_OPEN.compose(
        f"{ROUND_IS_OPEN.name}, alert {alert.pk}",
        alert.email,
        {"round": round_, "link": _absolute(round_)},
        cause_id=round_.pk,
    )


def _absolute(thing: Any) -> str:
    return f"{settings.SITE_URL}{thing.get_absolute_url()}"


def _this_minute() -> datetime:
    """Keys a mail that may be asked for again, but not many times in a row."""
    return timezone.now().replace(second=0, microsecond=0)
