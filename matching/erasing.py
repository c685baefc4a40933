"""What organisers decided, without somebody who is being erased; and a word to their partners."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from django.db.models import Count
from django.db.models.functions import Now

from iln.mail import outbox
from iln.mail.erasing import blank
from iln.mail.models import Message
from iln.personal_data import ERASED, Leaving
from matching import emails
from matching.models import (
    CheckIn,
    Concern,
    LogLine,
    Match,
    Proposal,
    Seat,
    Step,
    Survey,
)
from matching.models.proposal import SeatQuerySet
from participants.models import Application

NOT_NAMED = f"This was about {ERASED}."
PART = re.compile(r"\w{2,}")  # of a name; a single letter stands in any sentence
# Whose words may tell of a partner: kinds of mail by the seat that they are about.
ABOUT_SEATS = [
    emails.INTRODUCTION.name,
    emails.GUIDE.name,
    emails.CHECK_IN.name,
    emails.CHECK_IN_AGAIN.name,
    emails.WRITE_FIRST.name,
    emails.SURVEY.name,
]


def before_erasing(leaving: Leaving) -> None:
    """Seats go first: no application may be deleted while it sits in a match."""
    gone = leaving.applications
    seats = Seat.objects.filter(application__in=gone)
    matches = list(seats.values_list("match", flat=True))
    beside = Seat.objects.filter(match__in=matches).exclude(application__in=gone)
    _tell_partners(beside)
    blank(
        Message.objects.filter(kind__in=ABOUT_SEATS, cause_id__in=beside.values("pk"))
    )
    beside.update(report=[], note="")  # it tells of the partner, too
    _unname_in_words(gone, matches)
    _forget_in_proposals(gone)
    _forget_in_steps(gone)
    if leaving.person:
        lines = LogLine.objects.filter(people=leaving.person.pk)
        LogLine.objects.filter(pk__in=[*lines.values_list("pk", flat=True)]).update(
            words=NOT_NAMED
        )
    seats.delete()
    _close_ranks(matches)


def _unname_in_words(gone: Collection[int], matches: Collection[int]) -> None:
    """What partners told us of somebody stays, without the name: also without the first alone."""
    named = Application.objects.filter(pk__in=gone).values_list("name", "user__name")
    parts = {part for names in named for name in names for part in PART.findall(name)}
    if not parts:
        return
    one = "|".join(map(re.escape, sorted(parts, key=len, reverse=True)))
    pattern = re.compile(rf"\b(?:{one})\b", re.IGNORECASE)
    tables: list[type[CheckIn | Concern | Survey]] = [CheckIn, Concern, Survey]
    for table in tables:
        rows = table._base_manager.filter(seat__match__in=matches).exclude(words="")
        for row in rows.exclude(seat__application__in=gone):
            if (words := pattern.sub(ERASED, row.words)) != row.words:
                table._base_manager.filter(pk=row.pk).update(words=words)


def _tell_partners(beside: SeatQuerySet) -> None:
    """Whoever loses a partner hears it while the round lasts, kindly and without a name."""
    there = Seat.objects.with_partner().filter(pk__in=beside.values("pk"))
    seats = list(there.filter(application__round__ends_at__gt=Now()).in_full())
    outbox.queue(emails.partner_gone(seat, _staying(seat, seats)) for seat in seats)


def _staying(seat: Seat, seats: list[Seat]) -> list[Application]:
    """Who is left of a group of three, beside this one."""
    here = [one for one in seats if one.match_id == seat.match_id and one != seat]
    return [one.application for one in here]


def _forget_in_proposals(gone: frozenset[int]) -> None:
    """Figures stay; digests, reasons and prices of people do not.

    The key of each digest stays, a number that leads nowhere: by it a draft is known to be
    no longer true.
    """
    keys = {str(pk) for pk in gone}
    rounds = Application.objects.filter(pk__in=gone).values("round")
    concerned = Proposal.objects.filter(round__in=rounds)
    for proposal in concerned.select_for_update(no_key=True).order_by("pk"):
        _forget_in_proposal(proposal, keys)


def _forget_in_proposal(proposal: Proposal, keys: set[str]) -> None:
    told: dict[str, str] = proposal.made_with.get("people", {})
    if not keys & (told.keys() | proposal.left_over.keys()):
        return
    proposal.made_with["people"] = {
        key: "" if key in keys else digest for key, digest in told.items()
    }
    facts = proposal.made_with.get("told", {})
    for key in keys & facts.keys():
        del facts[key]
    for key in keys & proposal.left_over.keys():
        del proposal.left_over[key]
    proposal.proof = {}  # of nothing, without them
    proposal.save(update_fields=["made_with", "left_over", "proof"])


def _forget_in_steps(gone: frozenset[int]) -> None:
    """That a step was taken stays, and by whom; not why, which tells of those concerned."""
    for step in Step.objects.filter(people__in=gone).distinct():
        step.reason = NOT_NAMED
        for decisions in (step.adds, step.lifts):
            for one in decisions:
                _forget_reason(one, gone)
        step.save(update_fields=["reason", "adds", "lifts"])


def _forget_reason(decision: dict[str, Any], gone: frozenset[int]) -> None:
    if not gone.isdisjoint(decision["people"]):
        decision |= {"reason": NOT_NAMED, "words": ""}


def _close_ranks(matches: Collection[int]) -> None:
    """Nobody sits alone in a draft; of what was published, empty matches go."""
    found = Match.objects.filter(pk__in=matches).annotate(left=Count("seats"))
    alone = found.filter(left=1, proposal__published_at=None)
    for match in alone.select_related("proposal"):
        match.proposal.unmatched.add(match.seats.get().application_id)
        match.delete()
    Match.objects.filter(pk__in=matches, seats=None).delete()
