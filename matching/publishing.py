"""Making a proposal the official result of its round: once, and as a whole."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from iln.mail import outbox
from iln.mail.models import Message
from matching import emails
from matching.models import Match, PastPair, Proposal, Veto
from matching.wording import common_languages
from participants.models import Application, User
from participants.terms import Terms
from rounds.models import Round

GUIDE_AFTER = timedelta(days=1)

log = logging.getLogger(__name__)


class CannotPublish(Exception):
    """Why a proposal cannot be published, in words for organisers."""


class AlreadyPublished(CannotPublish):
    pass


class SignUpStillOpen(CannotPublish):
    pass


class NoLongerFits(CannotPublish):
    """The round has changed since the proposal was made."""


@transaction.atomic
def publish(proposal: Proposal, by: User, *, at_once: bool = False) -> None:
    """Make a proposal the official result of its round, and put its mails into the outbox.

    They wait for the day that was planned for introductions, unless they go at once.
    """
    round_ = Round.objects.select_for_update().get(pk=proposal.round_id)
    matches = list(proposal.matches.in_full())
    check(round_, proposal, matches)
    now = timezone.now()
    if at_once:
        round_.bring_forward(now)
    round_.published_at = proposal.published_at = now
    round_.save()
    proposal.save(update_fields=["published_at"])
    proposal.seats.update(published_at=now)
    Application.objects.filter(seats__proposal=proposal).update(introduced_at=now)
    PastPair.objects.bulk_create(
        (PastPair(first=a, second=b) for a, b in _fingerprints(matches)),
        ignore_conflicts=True,
    )
    outbox.queue(_mails(round_, proposal, matches))
    log.info("Person %s published proposal %s.", by.pk, proposal.pk)


def check(round_: Round, proposal: Proposal, matches: Sequence[Match]) -> None:
    """Raise CannotPublish where publishing would be wrong; expects the matches in full."""
    if round_.published_at:
        raise AlreadyPublished(f"{round_} has been published already.")
    if timezone.now() < round_.closes_at:
        raise SignUpStillOpen(
            f"Sign-up for {round_} is still open. Close it, then find the best matching."
        )
    reason = _people_reason(round_, proposal) or _pairs_reason(matches)
    if reason:
        raise NoLongerFits(f"{reason} Find the best matching again.")


def due_dates(round_: Round, count: int) -> list[datetime]:
    """When each of `count` matches is introduced: as many on each of the round's days."""
    start = max(round_.introduces_at, timezone.now())
    days = round_.introduction_days
    return [start + timedelta(days=days * nth // count) for nth in range(count)]


def _people_reason(round_: Round, proposal: Proposal) -> str:
    confirmed = set(round_.applications.confirmed().values_list("pk", flat=True))
    seated = set(proposal.seats.values_list("application", flat=True))
    considered = seated | set(proposal.unmatched.values_list("pk", flat=True))
    if not seated:
        return "Nobody has a partner in this matching."
    if gone := len(considered - confirmed):
        return f"{_have(gone)} withdrawn, or must confirm again, since this matching was found."
    if new := len(confirmed - considered):
        return f"{_have(new)} confirmed since this matching was found."
    return ""


def _have(count: int) -> str:
    return "1 person has" if count == 1 else f"{count} people have"


def _pairs_reason(matches: Sequence[Match]) -> str:
    """What was allowed when the proposal was made may not be allowed any more."""
    pairs = [pair for match in matches for pair in match.pairs]
    if any(a.country == b.country for a, b in pairs):
        return "Two people of one match live in the same country now."
    if not all(common_languages(pair) for pair in pairs):
        return "Two people of one match share no language any more."
    vetoes = set(Veto.objects.values_list("first", "second"))
    if not vetoes.isdisjoint((a.user_id, b.user_id) for a, b in pairs):
        return "Two people of one match shall be kept apart now."
    fingerprints = set(_fingerprints(matches))
    past = PastPair.objects.filter(first__in={first for first, _ in fingerprints})
    if not fingerprints.isdisjoint(past.values_list("first", "second")):
        return "Two people of one match have been partners before."
    return ""


def _fingerprints(matches: Sequence[Match]) -> Iterator[tuple[str, str]]:
    """What the memory of past partners keeps of each pair."""
    for match in matches:
        for a, b in match.pairs:
            first, second = sorted((a.user.fingerprint, b.user.fingerprint))
            yield first, second


def _mails(
    round_: Round, proposal: Proposal, matches: Sequence[Match]
) -> Iterator[Message]:
    words = Terms()
    for match, due_at in zip(matches, due_dates(round_, len(matches)), strict=True):
        for seat in match.seats.all():
            yield emails.introduction(seat, words, due_at)
            yield emails.guide(seat, due_at + GUIDE_AFTER)
    start = max(round_.introduces_at, timezone.now())
    for application in proposal.unmatched.select_related("user", "round"):
        yield emails.left_over(application, start)
