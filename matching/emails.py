"""What we write to people on matching day: to each one by name, about their own match only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from matching.models import Match, Seat
from matching.wording import (
    card,
    common_languages,
    duration,
    joined,
    roughly,
    wish_lines,
)
from participants.models import Application, Wish
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


def why_not_left_over(message: Message) -> str:
    """The same for somebody without a partner: a later match makes the mail untrue."""
    application = Application.objects.filter(pk=message.cause_id or 0).first()
    if application is None:
        return "This application is no longer there."
    if application.introduced_at:
        return "This person has a partner by now."
    return "This person has withdrawn." if application.withdrawn_at else ""


def why_not_an_offer(message: Message) -> str:
    """Why somebody need not hear what they could change."""
    application = Application.objects.filter(pk=message.cause_id or 0).first()
    if application is None:
        return "This application is no longer there."
    if application.withdrawn_at:
        return "This person has withdrawn."
    return "" if application.is_correctable else "The time to change answers is over."


def why_not_a_double(message: Message) -> str:
    """Why somebody need not hear any more that one of their two applications was withdrawn."""
    still = Application.objects.exclude(withdrawn_at=None)
    gone = still.filter(pk=message.cause_id or 0).exists()
    return "" if gone else "This person has applied again."


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
LEFT_OVER = register(
    Kind(
        "left over",
        Message.Stream.ROUND,
        "matching/emails/left_over",
        why_not=why_not_left_over,
    )
)
OFFER = register(
    Kind(
        "offer",
        Message.Stream.ROUND,
        "matching/emails/offer",
        why_not=why_not_an_offer,
    )
)
DOUBLE = register(
    Kind(
        "double withdrawn",
        Message.Stream.ROUND,
        "matching/emails/double",
        why_not=why_not_a_double,
    )
)


def introduction(seat: Seat, terms: Terms, due_at: datetime) -> Message:
    """Who the partner is, how to reach them, and what became of each wish.

    Where one of three is gone, what was found for all three is left unsaid.
    """
    me, partners = seat.application, _partners(seat)
    whole = seat.match.is_whole
    first = min([seat, *seat.partners_in_place], key=lambda one: one.position)
    context = _context(me, partners) | {
        "cards": [card(partner, me) for partner in partners],
        "languages": joined(common_languages([me, *partners])),
        "wishes": wish_lines(seat.report, terms) if whole else [],
        "awake": duration(seat.match.minutes_awake) if whole else "",
        "writes_first": first == seat,
        "first": first.application.name,
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
        _context(me, _partners(seat)),
        cause_id=seat.pk,
        due_at=due_at,
    )


def left_over(
    application: Application, due_at: datetime, country_cap: int | None = None
) -> Message:
    """That there is no partner this time, and why, and that they are first next time.

    `country_cap`: they wait since so many per cent are the most from one country.
    """
    return LEFT_OVER.compose(
        f"left over, round {application.round_id}, person {application.user_id}",
        application.user,
        _context(application, []) | {"country_cap": country_cap},
        cause_id=application.pk,
        due_at=due_at,
    )


def offer(
    application: Application, musts: Sequence[Wish], opens: int, terms: Terms
) -> Message:
    """How many more people could be somebody's partner without these musts of theirs; once."""
    wanted = [(wish, terms.accepted(wish)) for wish in musts]
    return OFFER.compose(
        offer_key(application, [wish.aspect for wish in musts]),
        application.user,
        _context(application, []) | {"musts": wanted, "more": roughly(opens)},
        cause_id=application.pk,
    )


def offer_key(application: Application, aspects: Sequence[str]) -> str:
    return f"offer, application {application.pk}, {', '.join(sorted(aspects))}"


def double(application: Application) -> Message:
    """That we keep the other application of theirs, whose address stays untold."""
    return DOUBLE.compose(
        f"double, application {application.pk}, {application.withdrawn_at}",
        application.user,
        _context(application, []),
        cause_id=application.pk,
    )


def _partners(seat: Seat) -> list[Application]:
    return [partner.application for partner in seat.partners_in_place]


def _context(me: Application, partners: list[Application]) -> dict[str, object]:
    return {
        "me": me,
        "round": me.round,
        "participation_path": me.get_absolute_url(),
        "partner_names": joined(partner.name for partner in partners),
        "partners": len(partners),
    }
