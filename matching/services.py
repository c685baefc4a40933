"""Every change to what is matched."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from iln import __version__
from matching import left_over, told
from matching.engine import (
    SCORING_VERSION,
    Group,
    Outcome,
    Problem,
    Verdict,
    leftovers,
    match,
)
from matching.models import Match, Proposal, Seat
from matching.problems import (
    asked_again,
    before_the_hours,
    candidates,
    deferred,
    digests,
    input_hash,
    pool,
    problem,
)
from participants.models import Application, User
from rounds.models import Round


class NobodyToMatch(Exception):
    """The round has no confirmed applications."""


@dataclass(frozen=True)
class Found:
    """The best matching of a round, which nobody has kept yet."""

    proposal: Proposal
    outcome: Outcome
    applications: Sequence[Application]


def propose(round_: Round, **settings: Any) -> Proposal:
    """Find the best matching of a round, and keep it as a proposal."""
    return keep(find(round_, **settings))


def find(
    round_: Round,
    *,
    seed: int = 0,
    made_by: User | None = None,
    report: Callable[[str], None] = lambda stage: None,
    earlier: Proposal | None = None,
    again: Proposal | None = None,
) -> Found:
    """Find the best matching of a round, outside any transaction; nothing is kept.

    `report` hears each stage as it begins. Of an `earlier` proposal as many pairs are kept as
    no wish is lost by; with `again`, that proposal's question is asked once more. ValueError
    when a pin breaks a rule.
    """
    report("reading")
    applications = candidates(round_)
    if not applications:
        raise NobodyToMatch(f"Nobody has a confirmed application to {round_}.")
    if again:
        asked = asked_again(again, applications)
    else:
        keep_before = before_the_hours(round_.levels) if earlier else ""
        asked = problem(
            round_, applications, seed, earlier=earlier, keep_before=keep_before
        )
    proposal = Proposal(round=round_, seed=asked.seed, made_by=made_by)
    return answer(proposal, asked, applications, report)


def answer(
    proposal: Proposal,
    asked: Problem,
    applications: Sequence[Application],
    report: Callable[[str], None] = lambda stage: None,
    known: Collection[frozenset[int]] = (),
    *,
    priced: bool = True,
) -> Found:
    """Have a proposal say what the best matching is; nothing is kept.

    Wishes in groups that are `known`, by place, are not explained again; without prices no
    unmet wish is explained in full, which takes a while.
    """
    started = time.monotonic()
    outcome = match(asked, report, known, priced=priced)
    seconds = round(time.monotonic() - started, 2)
    proposal.made_with = {
        "levels": list(asked.levels),
        "version": __version__,
        "scoring": SCORING_VERSION,
        "input": input_hash(asked),
        "people": digests(asked, applications),
        "told": told.facts(asked, applications),
        "hours_step": outcome.hours_step,
        "left_to_draw": list(outcome.left_to_draw),
        **kept_from(asked, applications),
    }
    proposal.figures = figures(asked, outcome) | {"seconds": seconds}
    proposal.proof = json.loads(outcome.proof.to_json())
    if proposal.round.country_cap:
        proposal.made_with["country_cap"] = proposal.round.country_cap
    proposal.left_over = _left_over(asked, outcome, applications)
    proposal.left_over |= _deferred(proposal.round, applications)
    return Found(proposal, outcome, applications)


def kept_from(
    asked: Problem, applications: Sequence[Application]
) -> dict[str, list[list[int]] | str]:
    """The pairs of an earlier proposal, by application, and how much they counted."""
    if not (asked.earlier or asked.keep_before):
        return {}
    pairs = (sorted(applications[k].pk for k in pair) for pair in asked.earlier)
    return {"earlier": sorted(pairs), "keep_before": asked.keep_before}


@transaction.atomic
def keep(found: Found) -> Proposal:
    """Make a proposal of what was found, for organisers to look through."""
    proposal = found.proposal
    proposal.save()
    proposal.unmatched.set(map(int, proposal.left_over))
    seat(proposal, found.outcome.groups, found.applications)
    return proposal


def seat(
    proposal: Proposal, groups: Sequence[Group], applications: Sequence[Application]
) -> None:
    """Make matches of these groups."""
    matches = Match.objects.bulk_create(
        Match(proposal=proposal, minutes_awake=group.minutes_awake) for group in groups
    )
    Seat.objects.bulk_create(
        seat
        for match_, group in zip(matches, groups, strict=True)
        for seat in _seats(match_, group, applications)
    )


def _seats(
    match_: Match, group: Group, applications: Sequence[Application]
) -> list[Seat]:
    return [
        Seat(
            match=match_,
            proposal=match_.proposal,
            application=applications[person],
            position=position,
            wishes=len(verdicts),
            wishes_met=sum(verdict.met for verdict in verdicts),
            report=seat_report(applications[person], verdicts),
        )
        for position, (person, verdicts) in enumerate(
            zip(group.people, group.verdicts, strict=True), start=1
        )
    ]


def seat_report(
    application: Application, verdicts: Sequence[Verdict]
) -> list[dict[str, Any]]:
    """The verdicts beside the wishes as they were asked."""
    return [
        {
            "aspect": wish.aspect,
            "strength": wish.strength,
            "same_as_mine": wish.same_as_mine,
            "values": wish.values,
            "met": verdict.met,
            "reason": verdict.reason,
            "asked": verdict.asked,
            "offered": verdict.offered,
            "possible": verdict.possible,
            "price": dict(verdict.price),
        }
        for wish, verdict in zip(application.wishes.all(), verdicts, strict=True)
    ]


def _left_over(
    asked: Problem, outcome: Outcome, applications: Sequence[Application]
) -> dict[str, dict[str, Any]]:
    """Why each left-over person is, by application."""
    found = leftovers(asked, [group.people for group in outcome.groups])
    return {
        str(applications[left.prospect.person].pk): left_over.report(left)
        for left in found
    }


def _deferred(
    round_: Round, applications: Sequence[Application]
) -> dict[str, dict[str, Any]]:
    """The same of those whom the country cap keeps from being matched at all."""
    if round_.country_cap is None:
        return {}
    here = {application.pk for application in applications}
    waiting = deferred(round_, pool(round_), round_.country_cap)
    report = left_over.deferred(round_.country_cap)
    return {str(one.pk): report for one in waiting if one.pk not in here}


def figures(asked: Problem, outcome: Outcome) -> dict[str, int]:
    """How good it is, in numbers."""
    people = {person.id: person for person in asked.people}
    seats = [verdicts for group in outcome.groups for verdicts in group.verdicts]
    met = [sum(verdict.met for verdict in verdicts) for verdicts in seats]
    alone = [people[person] for person in outcome.unmatched]
    links = {
        frozenset({people[a].country, people[b].country})
        for group in outcome.groups
        for a in group.people
        for b in group.people
        if a < b
    }
    return {
        "applicants": len(people),
        "matched": len(seats),
        "groups_of_three": sum(len(group.people) == 3 for group in outcome.groups),
        "unmatched": len(alone),
        "none_met": sum(
            bool(verdicts) and not any(v.met for v in verdicts) for verdicts in seats
        )
        + sum(bool(person.wishes) for person in alone),
        "wishes": sum(len(person.wishes) for person in people.values()),
        "wishes_met": sum(met),
        "countries": len({person.country for person in people.values()}),
        "links": len(links),
        "proven": outcome.is_proven,
    }
