"""What both sides say, held together; and what follows from an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from iln.mail import outbox
from iln.mail.models import Message
from matching.after.aftercare import Refused
from matching.emails.heartbeat import both_change, help_wanted, write_first
from matching.models import CheckIn, Concern, Liaison, Match, Seat
from participants.models import User
from rounds.models import Round

OVER = "This question can no longer be answered: a newer one was sent, or it is over."
BOTH_WOULD_CHANGE = "Both said that they would rather have another partner."


class Together(Enum):
    """What the answers of a pair amount to, in words for organisers."""

    HELP = "somebody asks for help"
    SILENT = "somebody is silent"
    NOT_YET = "nobody has been in touch yet"
    AT_ODDS = "one says in touch, another not yet"
    WAITING = "not everybody has answered"
    IN_TOUCH = "all say they are in touch"


def together(said: Iterable[str]) -> Together:
    """What each side said last, as one; an empty word is no answer yet.

    What needs an organiser comes first, whatever the others say.
    """
    words = set(said)
    if Seat.CheckIn.HELP in words:
        return Together.HELP
    if Seat.CheckIn.SILENT in words:
        return Together.SILENT
    if words == {Seat.CheckIn.NOT_YET}:
        return Together.NOT_YET
    if {Seat.CheckIn.IN_TOUCH, Seat.CheckIn.NOT_YET} <= words:
        return Together.AT_ODDS
    return Together.IN_TOUCH if words == {Seat.CheckIn.IN_TOUCH} else Together.WAITING


# --- Answers -------------------------------------------------------------------


@transaction.atomic
def answer(check_in: CheckIn, said: str, frequency: str, words: str) -> None:
    """Keep what somebody says; they may say otherwise until the next check-in.

    Help waits on the board until an organiser has settled it, and they get a mail. When nobody has begun, one is asked to.
    """
    seats = _seats_together(check_in.seat)
    asked = _as_it_is(check_in)
    now = timezone.now()
    asked.answer, asked.answered_at = said, now
    asked.frequency, asked.words = frequency, words
    asked.save(update_fields=["answer", "answered_at", "frequency", "words"])
    Seat.objects.filter(pk=asked.seat_id).update(
        check_in=said, checked_in_at=now, silent_at=None
    )
    if said == CheckIn.Answer.HELP:
        Concern.objects.keep(asked.seat, words)
        outbox.queue(help_wanted(asked, organisers_of(asked.seat)))
    elif said == CheckIn.Answer.NOT_YET:
        outbox.queue(_ask_one_to_begin(asked, seats))


def _seats_together(seat: Seat) -> list[Seat]:
    """All seats of its match, locked: of two who answer at once, the second sees the first."""
    seats = Seat.objects.filter(match=seat.match_id).select_for_update()
    return list(seats.order_by("pk"))


def _as_it_is(check_in: CheckIn) -> CheckIn:
    rows = CheckIn.objects.select_related("seat__application__round")
    found = rows.get(pk=check_in.pk)
    if not found.is_open:
        raise Refused(OVER)
    return found


def _ask_one_to_begin(asked: CheckIn, seats: Sequence[Seat]) -> Iterable[Message]:
    """Mails to all of a match when each of them has answered “not yet”, once per check-in."""
    match = Match.objects.prefetch_related(
        Prefetch("seats", Seat.objects.select_related("application__user"))
    ).get(pk=asked.seat.match_id)
    there = [seat for seat in match.seats.all() if seat.is_in_place]
    check_ins = CheckIn.objects.filter(seat__in=there, number=asked.number)
    said = [one.answer for one in check_ins]
    if len(said) < len(there) or set(said) != {CheckIn.Answer.NOT_YET}:
        return
    first = min(there, key=lambda seat: seat.position)
    rows = check_ins.select_related(
        "seat__match", "seat__application__user", "seat__application__round"
    ).prefetch_related("seat__match__seats__application")
    for one in rows:
        yield write_first(one, first)


def organisers_of(seat: Seat) -> list[User]:
    """Who hears that somebody needs help: their country's liaisons, or whoever may publish."""
    country = seat.application.country.code
    liaisons = Liaison.objects.filter(user__is_active=True, user__is_staff=True)
    theirs = [
        one.user for one in liaisons.select_related("user") if country in one.codes
    ]
    if theirs:
        return theirs
    staff = User.objects.filter(is_staff=True, is_active=True).order_by("pk")
    return [one for one in staff if one.has_perm("matching.publish_proposal")]


# --- Would rather change -------------------------------------------------------


@transaction.atomic
def rather_change(seat: Seat) -> None:
    """Note that somebody would rather have another partner; nobody is told of it."""
    there = Seat.objects.with_partner().filter(pk=seat.pk)
    if not there.exists():
        raise Refused("This pair is over already.")
    Seat.objects.filter(pk=seat.pk, rather_change_at=None).update(
        rather_change_at=timezone.now()
    )


def rather_stay(seat: Seat) -> None:
    """Take that back."""
    Seat.objects.active().filter(pk=seat.pk).update(rather_change_at=None)


def end_where_all_would_change(round_: Round) -> int:
    """End each match of which everybody would rather change; how many were ended.

    Once a day, not at once: whoever says it second shall not learn it from our haste.
    """
    willing = Seat.objects.with_partner().exclude(rather_change_at=None)
    matches = Match.objects.filter(
        seats__in=willing.filter(proposal__round=round_)
    ).distinct()
    return sum(_end_if_all_would(match) for match in matches.order_by("pk"))


@transaction.atomic
def _end_if_all_would(match: Match) -> bool:
    """Nobody is set aside: they wait for a partner, as anybody whose pair has ended."""
    Round.objects.select_for_update(no_key=True).get(proposals=match.proposal_id)
    seats = Seat.objects.active().filter(match=match).select_for_update(of=("self",))
    people = seats.select_related("match", "application__round", "application__user")
    there = [seat for seat in people.order_by("pk") if seat.is_in_place]
    if len(there) < 2 or not all(seat.rather_change_at for seat in there):
        return False
    Seat.objects.filter(pk__in=[seat.pk for seat in there]).update(
        left_at=timezone.now(), note=BOTH_WOULD_CHANGE
    )
    outbox.queue(both_change(seat) for seat in there)
    return True
