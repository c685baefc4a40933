"""What we write to those who wait for a round."""

from __future__ import annotations

from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from participants.emails.common import FOLDER, Stream, absolute, this_minute
from participants.models import OpeningAlert
from rounds.models import Round


def _alert_done(message: Message) -> str:
    waiting = OpeningAlert.objects.waiting().filter(confirmed_at=None)
    still = waiting.filter(pk=message.cause_id or 0).exists()
    return "" if still else "The address is confirmed already."


def _round_not_open(message: Message) -> str:
    still = Round.objects.open().filter(pk=message.cause_id or 0).exists()
    return "" if still else "The round is not open any more."


CONFIRM_ALERT = register(
    Kind("confirm alert", Stream.ACCOUNT, f"{FOLDER}/confirm_alert", _alert_done)
)
ROUND_IS_OPEN = register(
    Kind(
        "round is open",
        Stream.ACCOUNT,
        f"{FOLDER}/round_is_open",
        _round_not_open,
        doubtful="hold",
    )
)


def confirm_alert(alert: OpeningAlert) -> Message:
    key = f"{CONFIRM_ALERT.name} {alert.pk}, {this_minute()}"
    context = {"link": absolute(alert)}
    return CONFIRM_ALERT.compose(key, alert.email, context, cause_id=alert.pk)


def round_is_open(alert: OpeningAlert, round_: Round) -> Message:
    return ROUND_IS_OPEN.compose(
        f"{ROUND_IS_OPEN.name}, alert {alert.pk}",
        alert.email,
        {"round": round_, "link": absolute(round_)},
        cause_id=round_.pk,
    )
