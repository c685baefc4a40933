"""To whoever loses a partner."""

from __future__ import annotations

from collections.abc import Sequence

from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from matching.emails.common import context_of
from matching.models import Seat
from participants.models import Application


def why_not_news(message: Message) -> str:
    """Why somebody need not hear that a partner has gone."""
    seats = Seat.objects.select_related("application")
    seat = seats.filter(pk=message.cause_id or 0).first()
    if seat is None or seat.left_at:
        return "This person has left the match."
    return "This person has withdrawn." if seat.application.withdrawn_at else ""


def why_not_an_ending(message: Message) -> str:
    """Why somebody need not hear that their pair has ended."""
    seats = Seat.objects.filter(pk=message.cause_id or 0)
    there = seats.filter(application__withdrawn_at=None).exists()
    return "" if there else "This person has withdrawn."


PARTNER_GONE = register(
    Kind(
        "partner gone",
        Message.Stream.ROUND,
        "matching/emails/partner_gone",
        why_not=why_not_news,
    )
)
PAIR_ENDED = register(
    Kind(
        "pair ended",
        Message.Stream.ROUND,
        "matching/emails/pair_ended",
        why_not=why_not_an_ending,
    )
)


def partner_gone(seat: Seat, staying: Sequence[Application]) -> Message:
    """That a partner has left for good, without their name; who stays, in a group of three."""
    me = seat.application
    return PARTNER_GONE.compose(
        f"partner gone, match {seat.match_id}, person {me.user_id}, {len(staying)} stay",
        me.user,
        context_of(me, list(staying)),
        cause_id=seat.pk,
    )


def pair_ended(seat: Seat, *, looks_on: bool) -> Message:
    """That organisers have ended their pair, without a reason and without blame.

    `looks_on`: whether they wait for a new partner, or were set aside.
    """
    me = seat.application
    return PAIR_ENDED.compose(
        f"pair ended, match {seat.match_id}, person {me.user_id}",
        me.user,
        context_of(me, []) | {"looks_on": looks_on},
        cause_id=seat.pk,
    )
