"""How it goes: the question, the nudge, and what follows from an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from matching.emails.common import context_of, partners_of
from matching.emails.introducing import why_not_a_seat
from matching.models import CheckIn, Seat
from participants.models import User


def why_not_a_check_in(message: Message) -> str:
    """Why somebody need not be asked (again) whether they are in touch."""
    if reason := why_not_a_seat(message):
        return reason
    newest = CheckIn.objects.filter(seat=message.cause_id).last()
    if newest is None or newest.answered_at:
        return "This person has answered already."
    return "" if newest.is_open else "The time to answer is over."


def why_not_a_goodbye(message: Message) -> str:
    """Why somebody need not hear that their pair is over."""
    seat = Seat.objects.select_related("application").filter(pk=message.cause_id or 0)
    found = seat.first()
    if found is None or found.left_at is None:
        return "This pair goes on."
    return "This person has withdrawn." if found.application.withdrawn_at else ""


def why_not_an_alert(message: Message) -> str:
    """Why organisers need not hear any more that somebody asks for help."""
    check_in = CheckIn.objects.filter(pk=message.cause_id or 0).first()
    if check_in is None:
        return "This question is no longer there."
    wants_help = check_in.answer == CheckIn.Answer.HELP
    return "" if wants_help else "This person needs no help any more."


def _kind(name: str, folder: str, **looks: Any) -> Kind:
    stream = looks.pop("stream", Message.Stream.ROUND)
    return register(Kind(name, stream, f"matching/emails/{folder}", **looks))


CHECK_IN = _kind("check-in", "check_in", why_not=why_not_a_check_in)
CHECK_IN_AGAIN = _kind("check-in again", "check_in_again", why_not=why_not_a_check_in)
WRITE_FIRST = _kind("write first", "write_first", why_not=why_not_a_seat)
BOTH_CHANGE = _kind("both change", "both_change", why_not=why_not_a_goodbye)
HELP_WANTED = _kind(
    "help wanted",
    "help_wanted",
    stream=Message.Stream.ALERTS,
    why_not=why_not_an_alert,
)


def check_in(asked: CheckIn) -> Message:
    """The question whether they are in touch, with a link for each answer."""
    return _question(CHECK_IN, asked)


def check_in_again(asked: CheckIn) -> Message:
    """The same once more, and what happens if nobody answers."""
    return _question(CHECK_IN_AGAIN, asked)


def _question(kind: Kind, asked: CheckIn) -> Message:
    seat = asked.seat
    context = _about(seat) | {
        "asked": asked,
        "answers": CheckIn.Answer.choices,
        "link": f"{settings.SITE_URL}{asked.get_absolute_url()}",
    }
    me = seat.application.user
    key = f"{kind.name} {asked.number}, match {seat.match_id}, person {me.pk}"
    return kind.compose(key, me, context, cause_id=seat.pk)


def write_first(asked: CheckIn, first: Seat) -> Message:
    """That nobody has begun, so one of them is asked to; the others learn who it is."""
    seat = asked.seat
    me = seat.application.user
    return WRITE_FIRST.compose(
        f"write first, check-in {asked.number}, match {seat.match_id}, person {me.pk}",
        me,
        _about(seat) | {"is_first": first == seat, "first": first.application.name},
        cause_id=seat.pk,
    )


def both_change(seat: Seat) -> Message:
    """That the pair is over, since all of it would rather have another partner."""
    me = seat.application.user
    return BOTH_CHANGE.compose(
        f"both change, match {seat.match_id}, person {me.pk}",
        me,
        context_of(seat.application, []),
        cause_id=seat.pk,
    )


def help_wanted(asked: CheckIn, to: Sequence[User]) -> list[Message]:
    """To each of these organisers: somebody asks for help, whom only the board names."""
    seat = asked.seat
    round_ = seat.application.round
    path = reverse("admin:matching_after_pair", args=[round_.pk, seat.match_id])
    context = {"round": round_, "link": f"{settings.SITE_URL}{path}"}
    return [
        HELP_WANTED.compose(
            f"help wanted, check-in {asked.pk}, organiser {one.pk}",
            one,
            context | {"organiser": one},
            cause_id=asked.pk,
        )
        for one in to
    ]


def _about(seat: Seat) -> dict[str, object]:
    return context_of(seat.application, partners_of(seat))
