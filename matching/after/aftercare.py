"""A round after its publication: who is in touch, who waits for a partner, ending a pair."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from iln.mail import outbox
from iln.mail.models import Message, MessageQuerySet
from matching.emails import INTRODUCTION, pair_ended
from matching.models import Aside, Concern, Liaison, Match, Seat
from matching.models.proposal import MatchQuerySet, SeatQuerySet
from matching.publishing import sending
from matching.waiting import waiting
from participants.models import Application, User
from participants.models.application import ApplicationQuerySet
from rounds.models import Round

GOING = Q(sent_at=None, failed_at=None, cancelled_at=None)
MAILS = {
    "sent": ~Q(sent_at=None),
    "waiting": GOING & Q(held_at=None),
    "held": GOING & ~Q(held_at=None),
    "failed": ~Q(failed_at=None),
}


class Refused(Exception):
    """Why something cannot be done, in words for organisers."""


@dataclass(frozen=True)
class Reach:
    """What an organiser may see of a round after its publication: all, or some countries.

    A pair is theirs if one of its people is. All pages ask here.
    """

    countries: frozenset[str] | None = None

    def matches(self, round_: Round) -> MatchQuerySet:
        matches = Match.objects.filter(
            proposal__round=round_, proposal__published_at__isnull=False
        )
        if self.countries is None:
            return matches
        theirs = Seat.objects.filter(application__country__in=self.countries)
        return matches.filter(Exists(theirs.filter(match=OuterRef("pk"))))

    def seats(self, round_: Round) -> SeatQuerySet:
        return Seat.objects.filter(match__in=self.matches(round_))

    def waiting(self, round_: Round) -> ApplicationQuerySet:
        return self._here(waiting(round_))

    def aside(self, round_: Round) -> ApplicationQuerySet:
        """Who shall not get a partner, by an organiser's decision."""
        there = round_.applications.confirmed().exclude(aside=None)
        return self._here(there.select_related("aside").order_by("name", "pk"))

    def _here(self, applications: ApplicationQuerySet) -> ApplicationQuerySet:
        if self.countries is None:
            return applications
        return applications.filter(country__in=self.countries)


def reach(user: User) -> Reach | None:
    """None for somebody who may see no pairs at all."""
    if user.has_perm("matching.view_proposal"):
        return Reach()
    liaison = Liaison.objects.filter(user=user).first() if user.is_staff else None
    return Reach(liaison.codes) if liaison else None


# --- What the board counts -----------------------------------------------------


def introductions(seats: SeatQuerySet) -> MessageQuerySet:
    return Message.objects.filter(
        kind=INTRODUCTION.name, cause_id__in=seats.order_by().values("pk")
    )


def mails(seats: SeatQuerySet) -> dict[str, int]:
    """How many introductions are in which state."""
    counts = {state: Count("pk", filter=which) for state, which in MAILS.items()}
    return introductions(seats).aggregate(**counts)


def failed(seats: SeatQuerySet) -> QuerySet[Message]:
    return introductions(seats).failed().order_by("-failed_at")


def check_ins(seats: SeatQuerySet) -> dict[str, int]:
    """How many people have said what; "" is nothing yet."""
    found: Any = seats.with_partner().order_by().values_list("check_in")
    counts = dict(found.annotate(Count("pk")))
    return {state: counts.get(state, 0) for state in ["", *Seat.CheckIn.values]}


def silent(seats: SeatQuerySet) -> SeatQuerySet:
    """Whose partners wait for a word from them, the longest first."""
    found = seats.with_partner().filter(check_in=Seat.CheckIn.SILENT)
    people = Prefetch("match__seats", Seat.objects.select_related("application"))
    there = found.select_related("application", "match").prefetch_related(people)
    return there.order_by("silent_at", "pk")


# --- What organisers do --------------------------------------------------------


def note(seat: Seat, check_in: str, words: str) -> None:
    """Write down what somebody told an organiser about their match."""
    there = Seat.objects.active().filter(pk=seat.pk)
    now = timezone.now()
    if not there.update(
        check_in=check_in,
        checked_in_at=now if check_in else None,
        silent_at=now if check_in == Seat.CheckIn.SILENT else None,
        note=words,
    ):
        raise Refused("This person is no longer in this match.")


@transaction.atomic
def end(match: Match, again: Collection[int], reason: str, by: User) -> None:
    """End a pair or a group: who of them shall have a new partner is in `again`, by application.

    The others are set aside, so that nobody else waits for them in vain. All are told kindly,
    and what one of them had told organisers about it is settled.
    """
    Round.objects.select_for_update(no_key=True).get(pk=match.proposal.round_id)
    seats = Seat.objects.active().filter(match=match)
    people = [*seats.in_place().values_list("application", flat=True)]
    told = list(sending.introduced(seats.in_place()).in_full())
    if not seats.update(left_at=timezone.now(), note=reason):
        raise Refused("This pair is over already.")
    Aside.objects.bulk_create(
        (
            Aside(application_id=person, reason=reason, made_by=by)
            for person in people
            if person not in again
        ),
        ignore_conflicts=True,
    )
    concerns = Concern.objects.open().filter(seat__match=match)
    concerns.update(closed_at=timezone.now(), by=by)
    outbox.queue(
        pair_ended(seat, looks_on=seat.application_id in again) for seat in told
    )


def look_again(application: Application) -> None:
    """Let somebody who was set aside wait for a partner."""
    Aside.objects.filter(application=application).delete()
