"""What we write to people on matching day: to each one by name, about their own match only."""

from __future__ import annotations

from datetime import datetime

from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from matching.models import Seat
from matching.wording import (
    Labels,
    card,
    common_languages,
    duration,
    joined,
    wish_lines,
)
from participants.models import Application


def why_not_a_seat(message: Message) -> str:
    """Why this mail about a seat shall not leave any more, in words for organisers."""
    seats = Seat.objects.select_related("application__user", "match")
    seat = seats.filter(pk__in=[message.cause_id]).first()
    if seat is None:
        return "This match is no longer there."
    if seat.left_at:
        return "This person has left the match."
    if not any(partner.is_in_place for partner in _partners_now(seat)):
        return "All partners have withdrawn."
    return _why_not_a_person(message, seat.application)


def why_not_left_over(message: Message) -> str:
    """The same for somebody without a partner: a later match makes the mail untrue."""
    applications = Application.objects.select_related("user")
    application = applications.filter(pk__in=[message.cause_id]).first()
    if application is None:
        return "This application is no longer there."
    if application.introduced_at:
        return "This person has a partner by now."
    return _why_not_a_person(message, application)


def _why_not_a_person(message: Message, application: Application) -> str:
    if application.withdrawn_at:
        return "This person has withdrawn."
    if application.user.email.lower() != message.address.lower():
        return "This person’s mail address has changed since."
    return ""


def _partners_now(seat: Seat) -> list[Seat]:
    seats = seat.match.seats.select_related("application")
    return list(seats.exclude(pk=seat.pk))


INTRODUCTION = register(
    Kind(
        "introduction",
        Message.Stream.ROUND,
        "matching/emails/introduction",
        why_not=why_not_a_seat,
    )
)
GUIDE = register(
    Kind("guide", Message.Stream.ROUND, "matching/emails/guide", why_not=why_not_a_seat)
)
LEFT_OVER = register(
    Kind(
        "left over",
        Message.Stream.ROUND,
        "matching/emails/left_over",
        why_not=why_not_left_over,
    )
)


def introduction(seat: Seat, labels: Labels, due_at: datetime) -> Message:
    """Who the partner is, how to reach them, and what became of each wish."""
    me = seat.application
    partners = [partner.application for partner in seat.partners]
    context = _context(me, partners) | {
        "cards": [card(partner, me) for partner in partners],
        "languages": joined(common_languages([me, *partners])),
        "wishes": wish_lines(seat.report, labels),
        "awake": duration(seat.match.minutes_awake),
        "writes_first": seat.position == 1,
        "first": next(
            (other.application.name for other in seat.partners if other.position == 1),
            "",
        ),
    }
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
        _context(me, [partner.application for partner in seat.partners]),
        cause_id=seat.pk,
        due_at=due_at,
    )


def left_over(application: Application, due_at: datetime) -> Message:
    """That there is no partner this time, and why, and that they are first next time."""
    return LEFT_OVER.compose(
        f"left over, round {application.round_id}, person {application.user_id}",
        application.user,
        _context(application, []),
        cause_id=application.pk,
        due_at=due_at,
    )


def _context(me: Application, partners: list[Application]) -> dict[str, object]:
    return {
        "me": me,
        "round": me.round,
        "participation_path": me.get_absolute_url(),
        "partner_names": joined(partner.name for partner in partners),
        "partners": len(partners),
    }
