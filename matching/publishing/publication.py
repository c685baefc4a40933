"""Making a proposal the official result of its round, and undoing that before anybody is told."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from iln.mail import outbox
from iln.mail.models import Message
from matching import emails
from matching.models import Aside, Match, PastPair, Proposal, Seat
from matching.publishing import sending
from matching.publishing.prechecks import NoLongerFits, check, check_round
from participants.models import Application, User
from participants.terms import Terms
from rounds.models import Round

GUIDE_AFTER = timedelta(days=1)
# What publishing may change in a round's plans, and stopping puts back.
PLANS = ("confirm_by", "matching_at", "introduces_at", "introduction_days")

log = logging.getLogger(__name__)


class CannotStop(Exception):
    """Why a publication stands, in words for organisers."""


def publish(
    proposal: Proposal, by: User, *, days: int | None = None, at_once: bool = False
) -> None:
    """Make a proposal the official result of its round, and put its mails into the outbox.

    They wait for the day that was planned for introductions, unless they go at once. They
    are worded before the locks are taken, so that nobody else waits for that, and once more
    just before they leave.
    """
    now = timezone.now()
    planned = Round.objects.get(pk=proposal.round_id)
    check_round(planned)
    plan(planned, now, days=days, at_once=at_once)
    matches = list(proposal.matches.in_full())
    mails = list(_mails(planned, proposal, matches))
    with transaction.atomic():
        round_ = lock(proposal)
        lock_everybody(round_)
        check(round_, proposal)
        require_same_seats(proposal, matches)
        proposal.planned = {name: str(getattr(round_, name)) for name in PLANS}
        plan(round_, now, days=days, at_once=at_once)
        round_.published_at = proposal.published_at = now
        round_.save()
        proposal.save(update_fields=["published_at", "planned"])
        proposal.seats.update(published_at=now)
        Application.objects.filter(seats__proposal=proposal).update(introduced_at=now)
        PastPair.objects.bulk_create(past_pairs(matches), ignore_conflicts=True)
        outbox.queue(mails)
    log.info("Person %s published proposal %s.", by.pk, proposal.pk)


@transaction.atomic
def stop(proposal: Proposal, by: User) -> None:
    """Undo a publication of which nobody has been told: the proposal is a draft again."""
    round_ = lock(proposal)
    if not proposal.published_at:
        raise CannotStop("It is not published: somebody has stopped it already.")
    if round_.proposals.repairs().published().exists():
        raise CannotStop("Some have a new partner already, so the matching stands.")
    round_.proposals.repairs().drafts().delete()
    take_back_mails(proposal)
    people = proposal.matches.prefetch_related("seats__application__user")
    forget(past_pairs(people))
    Application.objects.filter(seats__proposal=proposal).update(introduced_at=None)
    proposal.seats.update(published_at=None, left_at=None)
    for name, value in proposal.planned.items():
        setattr(round_, name, value)
    round_.published_at = proposal.published_at = None
    round_.save()
    proposal.planned = {}
    proposal.save(update_fields=["published_at", "planned"])
    log.info("Person %s stopped proposal %s.", by.pk, proposal.pk)


def take_back_mails(proposal: Proposal) -> None:
    """Delete all, unless one has left; locked first, so that none leaves meanwhile.

    Cancelled mails would keep their keys, and the same match could never be introduced.
    """
    mails = sending.mails(proposal)
    list(mails.order_by("pk").select_for_update().values_list("pk"))
    if sending.has_begun(mails):
        raise CannotStop("The first mail has left already, so the matching stands.")
    mails.delete()


def plan(
    round_: Round, now: datetime, *, days: int | None = None, at_once: bool = False
) -> None:
    """Have a round's introductions spread over so many days, from now on if it must be."""
    round_.introduction_days = days or round_.introduction_days
    if at_once:
        round_.bring_forward(now)


def due_dates(round_: Round, count: int) -> list[datetime]:
    """When each of `count` matches is introduced: as many on each of the round's days.

    Days begin at the same time of day in the round's time zone, whatever its clocks do.
    """
    start = max(round_.introduces_at, timezone.now()).astimezone(round_.zone)
    days = round_.introduction_days
    return [start + timedelta(days=days * nth // count) for nth in range(count)]


def lock(proposal: Proposal) -> Round:
    """Its round; both are as they are now, and no other organiser's meanwhile."""
    round_ = Round.objects.select_for_update(no_key=True).get(pk=proposal.round_id)
    proposal.refresh_from_db(
        from_queryset=Proposal.objects.select_for_update(no_key=True)
    )
    return round_


def lock_everybody(round_: Round) -> None:
    """Have nobody withdraw, confirm, correct or be pinned between check and publication.

    People first, then their applications, as whoever does these things, so that nobody
    waits in a ring.
    """
    for rows in (
        User.objects.filter(pk__in=round_.applications.values("user")),
        round_.applications.all(),
    ):
        list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def require_same_seats(proposal: Proposal, matches: Sequence[Match]) -> None:
    """Raise NoLongerFits where pairs have changed since their mails were worded."""
    worded = {seat.pk: _place(seat) for match in matches for seat in match.seats.all()}
    if worded != {seat.pk: _place(seat) for seat in proposal.seats.all()}:
        raise NoLongerFits("Somebody has just changed a pair. Look at it again.")


def _place(seat: Seat) -> tuple[int, int]:
    return seat.match_id, seat.application_id


def past_pairs(matches: Iterable[Match]) -> Iterator[PastPair]:
    for match in matches:
        for a, b in match.pairs:
            first, second = sorted((a.user.fingerprint, b.user.fingerprint))
            yield PastPair(first=first, second=second)


def forget(pairs: Iterable[PastPair]) -> None:
    """Forget that these were partners; before they were published, they never had been."""
    gone = {(pair.first, pair.second) for pair in pairs}
    rows = PastPair.objects.filter(first__in={first for first, _ in gone})
    found = [row.pk for row in rows if (row.first, row.second) in gone]
    PastPair.objects.filter(pk__in=found).delete()


def _mails(
    round_: Round, proposal: Proposal, matches: Sequence[Match]
) -> Iterator[Message]:
    terms = Terms()
    for match, due_at in zip(matches, due_dates(round_, len(matches)), strict=True):
        for seat in match.seats.all():
            yield emails.introduction(seat, terms, due_at)
            yield emails.guide(seat, due_at + GUIDE_AFTER)
    start = max(round_.introduces_at, timezone.now())
    for application in proposal.unmatched.select_related("user", "round"):
        report = proposal.left_over.get(str(application.pk), {})
        yield emails.left_over(application, start, report.get("country_cap"))
    for aside in set_aside(round_):
        yield emails.set_aside(aside, start)


def set_aside(round_: Round) -> QuerySet[Aside]:
    """Whom organisers keep out of this matching, and who would be in it: they are told so."""
    there = round_.applications.confirmed()
    asides = Aside.objects.filter(application__in=there)
    return asides.select_related("application__user", "application__round")
