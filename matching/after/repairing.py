"""Partners for those who wait: new groups beside the published ones, which stay as they are."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from iln.mail import outbox
from iln.mail.models import Message
from matching import emails, mending, services, told
from matching.after.aftercare import Refused
from matching.models import Match, PastPair, Proposal, Seat
from matching.publishing import publication
from matching.publishing.prechecks import (
    AlreadyPublished,
    Check,
    about,
    groups,
    mail_leaves,
    refuse,
    undecided,
)
from matching.waiting import volunteers, waiting
from participants.models import Application, User
from participants.models.application import ApplicationQuerySet
from participants.terms import Terms
from rounds.models import Round

FIND_AGAIN = "Find partners for those who wait again."

log = logging.getLogger(__name__)


def find(round_: Round, by: User) -> Proposal:
    """The best new groups for those who wait, as a draft to be looked through and changed.

    It takes the place of an earlier draft, of which nobody has heard.
    """
    applications, helpers = mending.people_now(round_)
    if len(helpers) == len(applications):
        raise Refused("Nobody waits for a partner.")
    proposal = Proposal(round=round_, made_by=by, is_repair=True)
    asked = mending.ask(round_, applications, helpers)
    found = mending.answer(proposal, asked, applications, helpers)
    if not found.outcome.groups:
        raise Refused(
            "Nobody who waits may be paired with anybody else who waits, or who would "
            "take a second partner."
        )
    return _keep(found, [applications[place].pk for place in helpers])


@transaction.atomic
def _keep(found: services.Found, helpers: Sequence[int]) -> Proposal:
    round_ = Round.objects.select_for_update(no_key=True).get(
        pk=found.proposal.round_id
    )
    round_.proposals.repairs().drafts().delete()
    proposal = services.keep(found)
    proposal.seats.filter(application__in=helpers).update(is_second=True)
    return proposal


def came_since(proposal: Proposal) -> ApplicationQuerySet:
    """Who waits by now, and was not asked about when a draft was found."""
    known = proposal.made_with.get("people", {})
    return waiting(proposal.round).exclude(pk__in=known)


# --- Publishing ----------------------------------------------------------------


def publish(
    proposal: Proposal, by: User, *, days: int = 1, wait: timedelta = timedelta()
) -> None:
    """Introduce the new groups, once; nobody else hears of it, and no other row changes.

    They hear over so many days; as long as the first mail waits, all can be stopped.
    """
    matches = list(proposal.matches.in_full())
    mails = list(_mails(proposal.round, matches, days, wait))
    with transaction.atomic():
        round_ = publication.lock(proposal)
        publication.lock_everybody(round_)
        if proposal.published_at:
            raise AlreadyPublished("It has been published already.")
        publication.require_same_seats(proposal, matches)
        refuse(checks(round_, proposal))
        now = timezone.now()
        new = [seat.application_id for seat in proposal.seats.filter(is_second=False)]
        # Their old seats are beside people who have gone.
        Seat.objects.active().filter(application__in=new).update(left_at=now)
        proposal.seats.update(published_at=now)
        proposal.published_at = now
        proposal.save(update_fields=["published_at"])
        people = round_.applications.filter(pk__in=new, introduced_at=None)
        people.update(introduced_at=now)
        past = publication.past_pairs(matches)
        PastPair.objects.bulk_create(past, ignore_conflicts=True)
        outbox.queue(mails)
    log.info("Person %s published repair %s.", by.pk, proposal.pk)


def due_dates(
    round_: Round, count: int, days: int, wait: timedelta = timedelta()
) -> list[datetime]:
    """When each of so many new groups is introduced."""
    start = max(round_.introduces_at, timezone.now() + wait).astimezone(round_.zone)
    return [start + timedelta(days=days * nth // count) for nth in range(count)]


def _mails(
    round_: Round, matches: Sequence[Match], days: int, wait: timedelta
) -> Iterator[Message]:
    terms = Terms()
    due = due_dates(round_, len(matches), days, wait)
    for match, due_at in zip(matches, due, strict=True):
        for seat in match.seats.all():
            yield emails.introduction(seat, terms, due_at)
            yield emails.guide(seat, due_at + publication.GUIDE_AFTER)


@transaction.atomic
def stop(proposal: Proposal, by: User) -> None:
    """Undo the publication of new groups of which nobody has been told."""
    publication.lock(proposal)
    moment = proposal.published_at
    if not moment:
        raise publication.CannotStop("It is not published: somebody has stopped it.")
    seats = proposal.seats.all()
    if seats.exclude(left_at=None).exists():
        raise publication.CannotStop("A new pair is over already, so the others stand.")
    publication.take_back_mails(proposal)
    people = [*seats.values_list("application", flat=True)]
    publication.forget(publication.past_pairs(proposal.matches.in_full()))
    seats.update(published_at=None)
    proposal.round.proposals.repairs().drafts().exclude(pk=proposal.pk).delete()
    before = Seat.objects.filter(application__in=people, left_at=moment)
    before.update(left_at=None)
    introduced = Application.objects.filter(pk__in=people, introduced_at=moment)
    introduced.update(introduced_at=None)
    proposal.published_at = None
    proposal.save(update_fields=["published_at"])
    log.info("Person %s stopped repair %s.", by.pk, proposal.pk)


# --- What must be true before -----------------------------------------------------


def checks(round_: Round, proposal: Proposal) -> list[Check]:
    """All that is looked at before new groups are introduced, whatever is refused."""
    seats = list(proposal.seats.all())
    free = {
        False: set(waiting(round_).values_list("pk", flat=True)),
        True: set(volunteers(round_).values_list("pk", flat=True)),
    }
    busy = [
        s.application_id for s in seats if s.application_id not in free[s.is_second]
    ]
    seated = {seat.application_id for seat in seats} - {*busy}
    return [
        Check(
            "The round is published, and new pairs are here to be introduced.",
            ""
            if round_.published_at and seats
            else f"{round_} is not published, or nobody is left in this draft.",
            FIND_AGAIN,
        ),
        Check(
            "Whoever gets a partner waits for one, or volunteered for a second.",
            about(busy, "{} has withdrawn, or has a partner by now."),
            FIND_AGAIN,
        ),
        Check(
            "Nobody’s answers have changed since.",
            about(
                told.changed(proposal, seated).keys(),
                "What counts for {} has changed since these pairs were found.",
            ),
            FIND_AGAIN,
        ),
        Check(
            "What you decided is kept: who stays together, and who stays apart.",
            _undecided(proposal),
            FIND_AGAIN,
        ),
        mail_leaves(),
    ]


def _undecided(proposal: Proposal) -> str:
    """Who of these is to be kept apart by now, or together."""
    applications = told.people_of(proposal)
    asked, _ = mending.question(proposal, applications)
    return undecided(groups(proposal), asked, applications)
