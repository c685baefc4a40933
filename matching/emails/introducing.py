"""Who the partner is, and how to begin."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from matching.emails.common import context_of, partners_of
from matching.models import Match, Seat
from matching.partners.meeting import meeting, path_of
from participants.terms import Terms


def why_not_a_seat(message: Message) -> str:
    """Why this mail about a seat shall not leave any more, in words for organisers."""
    seats = Seat.objects.select_related("application", "match")
    seat = seats.filter(pk=message.cause_id or 0).first()
    if seat is None:
        return "This match is no longer there."
    if seat.left_at:
        return "This person has left the match."
    if seat.application.withdrawn_at:
        return "This person has withdrawn."
    others = seat.match.seats.select_related("application").exclude(pk=seat.pk)
    if not any(partner.is_in_place for partner in others):
        return "All partners have withdrawn."
    return ""


def _introduction_anew(message: Message) -> Message:
    return introduction(_seat(message), Terms(), message.due_at)


def _guide_anew(message: Message) -> Message:
    return guide(_seat(message), message.due_at)


def _seat(message: Message) -> Seat:
    match = Match.objects.in_full().get(seats=message.cause_id)
    return next(seat for seat in match.seats.all() if seat.pk == message.cause_id)


INTRODUCTION = register(
    Kind(
        "introduction",
        Message.Stream.ROUND,
        "matching/emails/introduction",
        why_not=why_not_a_seat,
        written_anew=_introduction_anew,
        needed=True,
    )
)
GUIDE = register(
    Kind(
        "guide",
        Message.Stream.ROUND,
        "matching/emails/guide",
        why_not=why_not_a_seat,
        written_anew=_guide_anew,
    )
)


def introduction(seat: Seat, terms: Terms, due_at: datetime) -> Message:
    """All that their page says, too: what they share, when to talk, what became of each wish."""
    me, partners = seat.application, partners_of(seat)
    leaves_at = max(due_at, timezone.now())
    context = context_of(me, partners) | meeting(seat, terms, leaves_at)
    return INTRODUCTION.compose(
        f"introduction, match {seat.match_id}, person {me.user_id}",
        me.user,
        context,
        cause_id=seat.pk,
        due_at=due_at,
    )


def guide(seat: Seat, due_at: datetime) -> Message:
    """How to begin, how often to write, and what to do when nobody answers."""
    me = seat.application
    return GUIDE.compose(
        f"guide, match {seat.match_id}, person {me.user_id}",
        me.user,
        context_of(me, partners_of(seat)) | {"partner_path": path_of(seat.match_id)},
        cause_id=seat.pk,
        due_at=due_at,
    )
