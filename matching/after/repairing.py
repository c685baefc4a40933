"""Partners for those who wait: new groups beside the published ones, which stay as they are."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from django.db import transaction
from django.utils import timezone

from iln import __version__
from iln.mail import outbox
from iln.mail.models import Message
from matching import emails, services
from matching.after.aftercare import Refused
from matching.engine import SCORING_VERSION, Group, Problem, Repair, repair, score
from matching.engine.questions.reasons import Reasons
from matching.models import Match, PastPair, Proposal, Seat
from matching.problems import candidates, digests, problem
from matching.publishing import publication
from matching.publishing.prechecks import AlreadyPublished, NoLongerFits
from matching.waiting import volunteers, waiting
from participants.models import Application, User
from participants.terms import Terms
from rounds.models import Round

FIND_AGAIN = "Find partners for those who wait again."

log = logging.getLogger(__name__)


def find(round_: Round, by: User) -> Proposal:
    """The best new groups for those who wait, as a draft to be looked through.

    It takes the place of an earlier draft, of which nobody has heard.
    """
    applications = candidates(round_)
    asked = _asked(round_, applications)
    index = {application.pk: k for k, application in enumerate(applications)}
    needy = _here(index, waiting(round_).values_list("pk", flat=True))
    helpers = _here(index, volunteers(round_).values_list("pk", flat=True))
    if not needy:
        raise Refused("Nobody waits for a partner.")
    groups = [_here(index, group) for group in _working(round_)]
    found = repair(asked, groups, needy, helpers)
    if not found.groups:
        raise Refused(
            "Nobody who waits may be paired with anybody else who waits, or who would "
            "take a second partner."
        )
    concerned = [applications[k] for k in {*needy, *found.asked}]
    proposal = Proposal(
        round=round_,
        made_by=by,
        is_repair=True,
        made_with={
            "levels": list(asked.levels),
            "version": __version__,
            "scoring": SCORING_VERSION,
            "people": _told(asked, applications, concerned),
        },
        proof=json.loads(found.proof.to_json()),
    )
    return _keep(proposal, asked, applications, found)


def _asked(round_: Round, applications: Sequence[Application]) -> Problem:
    """The round's question; what was pinned has been done."""
    return replace(problem(round_, applications), together=frozenset())


def _here(index: dict[int, int], keys: Any) -> list[int]:
    return [index[key] for key in keys if key in index]


def _working(round_: Round) -> list[list[int]]:
    """Groups of people who have each other, by application."""
    groups: dict[int, list[int]] = {}
    seats = Seat.objects.with_partner().filter(proposal__round=round_)
    for match, application in seats.values_list("match", "application"):
        groups.setdefault(match, []).append(application)
    return list(groups.values())


def _told(
    asked: Problem, applications: Sequence[Application], some: Sequence[Application]
) -> dict[str, str]:
    """What the engine is told of some people, to notice changes."""
    keys = {str(application.pk) for application in some}
    told = digests(asked, applications)
    return {key: digest for key, digest in told.items() if key in keys}


def _groups(asked: Problem, found: Repair) -> list[Group]:
    """The new groups, with how each wish fares among all of the round."""
    reasons = Reasons(score(asked), None)

    def verdicts(group: tuple[int, ...], person: int) -> tuple[Any, ...]:
        others = tuple(other for other in group if other != person)
        return tuple(reasons.verdicts(person, others))

    return [
        Group(
            people=group.people,
            verdicts=tuple(verdicts(group.people, person) for person in group.people),
            minutes_awake=group.minutes_awake,
        )
        for group in found.groups
    ]


@transaction.atomic
def _keep(
    proposal: Proposal,
    asked: Problem,
    applications: Sequence[Application],
    found: Repair,
) -> Proposal:
    groups = _groups(asked, found)
    Round.objects.select_for_update(no_key=True).get(pk=proposal.round_id)
    proposal.round.proposals.repairs().drafts().delete()
    proposal.figures = _figures(asked, found, groups)
    proposal.save()
    proposal.unmatched.set(applications[one.person] for one in found.alone)
    services.seat(proposal, groups, applications)
    asked_for_help = [applications[k] for k in found.asked]
    proposal.seats.filter(application__in=asked_for_help).update(is_second=True)
    return proposal


def _figures(asked: Problem, found: Repair, groups: Sequence[Group]) -> dict[str, Any]:
    seats = [verdicts for group in groups for verdicts in group.verdicts]
    country = {person.id: person.country for person in asked.people}
    links = {
        frozenset({country[a], country[b]})
        for group in groups
        for a, b in combinations(group.people, 2)
    }
    return {
        "applicants": len(seats) + len(found.alone),
        "matched": len(seats),
        "groups_of_three": sum(len(group.people) == 3 for group in groups),
        "unmatched": len(found.alone),
        "none_met": sum(bool(s) and not any(v.met for v in s) for s in seats),
        "wishes": sum(len(verdicts) for verdicts in seats),
        "wishes_met": sum(v.met for verdicts in seats for v in verdicts),
        "countries": len({country[k] for g in groups for k in g.people}),
        "links": len(links),
        "proven": found.is_proven,
        "second_partners": len(found.asked),
    }


@transaction.atomic
def leave_out(proposal: Proposal, match: Match) -> None:
    """Take one group out of a draft: its people wait on."""
    round_ = Round.objects.select_for_update(no_key=True).get(pk=proposal.round_id)
    proposal.refresh_from_db(fields=["published_at"])
    if proposal.published_at:
        raise AlreadyPublished("It has been published already.")
    needy = match.seats.filter(is_second=False).values_list("application", flat=True)
    proposal.unmatched.add(*round_.applications.filter(pk__in=list(needy)))
    match.delete()


# --- Publishing ----------------------------------------------------------------


def publish(proposal: Proposal, by: User) -> None:
    """Introduce the new groups, once; nobody else hears of it, and no other row changes."""
    matches = list(proposal.matches.in_full())
    mails = list(_mails(proposal.round, matches))
    with transaction.atomic():
        round_ = publication.lock(proposal)
        publication.lock_everybody(round_)
        _check(round_, proposal, matches)
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


def _mails(round_: Round, matches: Sequence[Match]) -> Iterator[Message]:
    terms = Terms()
    due_at = max(round_.introduces_at, timezone.now())
    for match in matches:
        for seat in match.seats.all():
            yield emails.introduction(seat, terms, due_at)
            yield emails.guide(seat, due_at + publication.GUIDE_AFTER)


def _check(round_: Round, proposal: Proposal, matches: Sequence[Match]) -> None:
    """Raise where publishing would be wrong: people or decisions have changed since."""
    if proposal.published_at:
        raise AlreadyPublished("It has been published already.")
    if not round_.published_at:
        raise NoLongerFits(f"The matching of {round_} is not published.")
    publication.require_same_seats(proposal, matches)
    seats = list(proposal.seats.all())
    if not seats:
        raise NoLongerFits(f"Nobody is left in it. {FIND_AGAIN}")
    free = {
        False: set(waiting(round_).values_list("pk", flat=True)),
        True: set(volunteers(round_).values_list("pk", flat=True)),
    }
    if any(seat.application_id not in free[seat.is_second] for seat in seats):
        raise NoLongerFits(
            f"Somebody in it has withdrawn, or has a partner by now. {FIND_AGAIN}"
        )
    _check_answers(round_, proposal, matches)


def _check_answers(round_: Round, proposal: Proposal, matches: Sequence[Match]) -> None:
    """No answer has changed, and nobody is to be kept apart."""
    applications = candidates(round_)
    asked = _asked(round_, applications)
    now, then = digests(asked, applications), proposal.made_with["people"]
    index = {application.pk: k for k, application in enumerate(applications)}
    for match in matches:
        for pair in match.pairs:
            if any(now[str(one.pk)] != then[str(one.pk)] for one in pair):
                raise NoLongerFits(f"Somebody’s answers have changed. {FIND_AGAIN}")
            if frozenset(index[one.pk] for one in pair) in asked.apart:
                raise NoLongerFits(f"Two of them are to be kept apart. {FIND_AGAIN}")
