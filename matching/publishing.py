"""Making a proposal the official result of its round: once, and as a whole."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations

from django.db import transaction
from django.utils import timezone

from iln.mail import outbox
from iln.mail.models import Message
from matching import emails
from matching.engine import Problem
from matching.models import Match, PastPair, Proposal
from matching.problems import candidates, digests, problem
from matching.wording import joined
from participants.models import Application, User
from participants.terms import Terms
from rounds.models import Round

GUIDE_AFTER = timedelta(days=1)
NAMED = 3

log = logging.getLogger(__name__)


class CannotPublish(Exception):
    """Why a proposal cannot be published, in words for organisers."""


class AlreadyPublished(CannotPublish):
    pass


class SignUpStillOpen(CannotPublish):
    pass


class NoLongerFits(CannotPublish):
    """People or decisions have changed since the proposal was made."""


def publish(proposal: Proposal, by: User, *, at_once: bool = False) -> None:
    """Make a proposal the official result of its round, and put its mails into the outbox.

    They wait for the day that was planned for introductions, unless they go at once. They
    are worded before the lock is taken, so that nobody else waits for that, and once more
    just before they leave.
    """
    now = timezone.now()
    planned = Round.objects.get(pk=proposal.round_id)
    _check_round(planned)
    if at_once:
        planned.bring_forward(now)
    matches = list(proposal.matches.in_full())
    mails = list(_mails(planned, proposal, matches))
    with transaction.atomic():
        rounds = Round.objects.select_for_update(no_key=True)
        round_ = rounds.get(pk=proposal.round_id)
        check(round_, proposal)
        if at_once:
            round_.bring_forward(now)
        round_.published_at = proposal.published_at = now
        round_.save()
        proposal.save(update_fields=["published_at"])
        proposal.seats.update(published_at=now)
        Application.objects.filter(seats__proposal=proposal).update(introduced_at=now)
        PastPair.objects.bulk_create(_past_pairs(matches), ignore_conflicts=True)
        outbox.queue(mails)
    log.info("Person %s published proposal %s.", by.pk, proposal.pk)


def check(round_: Round, proposal: Proposal) -> None:
    """Raise CannotPublish where publishing would be wrong.

    What the engine promised holds as long as it would be told the same again.
    """
    _check_round(round_)
    applications = candidates(round_)
    asked = problem(round_, applications, proposal.seed)
    reason = _people_reason(proposal, digests(asked, applications)) or _pairs_reason(
        proposal, asked, applications
    )
    if reason:
        raise NoLongerFits(f"{reason} Find the best matching again.")


def _check_round(round_: Round) -> None:
    if round_.published_at:
        raise AlreadyPublished(f"{round_} has been published already.")
    if timezone.now() < round_.closes_at:
        raise SignUpStillOpen(
            f"Sign-up for {round_} is still open. Close it, then find the best matching."
        )


def due_dates(round_: Round, count: int) -> list[datetime]:
    """When each of `count` matches is introduced: as many on each of the round's days."""
    start = max(round_.introduces_at, timezone.now())
    days = round_.introduction_days
    return [start + timedelta(days=days * nth // count) for nth in range(count)]


def _people_reason(proposal: Proposal, now: Mapping[str, str]) -> str:
    """Who has come, gone or changed since the proposal was made."""
    then: dict[str, str] = proposal.made_with.get("people", {})
    if not proposal.seats.exists():
        return "Nobody has a partner in this matching."
    if gone := then.keys() - now.keys():
        return f"{_names(gone)} withdrew, or must confirm again, since this matching was found."
    if new := now.keys() - then.keys():
        return f"{_names(new)} confirmed since this matching was found."
    if changed := {key for key in now if now[key] != then[key]}:
        return f"What counts for {_names(changed)} has changed since this matching was found."
    return ""


def _names(keys: Collection[str]) -> str:
    """The first few of these applications by name, and how many more."""
    people = Application.objects.filter(pk__in=keys).order_by("name", "pk")
    names = list(people.values_list("name", flat=True)[:NAMED])
    more = len(keys) - len(names)
    others = ["1 other person" if more == 1 else f"{more} other people"] if more else []
    return joined([*names, *others])


def _pairs_reason(
    proposal: Proposal, asked: Problem, applications: Sequence[Application]
) -> str:
    """What organisers have decided about two people since the proposal was made."""
    index = {application.pk: k for k, application in enumerate(applications)}
    seats: dict[int, list[int]] = defaultdict(list)
    for match, application in proposal.seats.values_list("match", "application"):
        seats[match].append(index[application])
    pairs = {
        frozenset(pair) for group in seats.values() for pair in combinations(group, 2)
    }

    def two(pair: frozenset[int]) -> str:
        return joined(sorted(applications[k].name for k in pair))

    for pair in asked.apart & pairs:
        return f"{two(pair)} are to be kept apart, or have been partners before."
    for pair in asked.together - pairs:
        return f"{two(pair)} are to stay together, and do not in this matching."
    return ""


def _past_pairs(matches: Sequence[Match]) -> Iterator[PastPair]:
    for match in matches:
        for a, b in match.pairs:
            first, second = sorted((a.user.fingerprint, b.user.fingerprint))
            yield PastPair(first=first, second=second)


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
        yield emails.left_over(application, start)
