"""A draft that begins with pairs from paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from matching import services
from matching.changing.deciding import standing
from matching.drafts.handmade import FROM_PAPER, HandMade, asked_by_hand
from matching.engine import Problem, score
from matching.engine.scoring.violations import MISSING, violations
from matching.models import Pin, Proposal
from matching.services import Found
from participants.models import Application, User
from rounds.models import Round


class CannotStart(Exception):
    """Why no draft can begin with these pairs, in words for organisers."""


def start(round_: Round, by_hand: HandMade, *, by: User, pair_rest: bool) -> Proposal:
    """Make a draft of pairs that break no rule, and keep them together from now on.

    They replace those of an earlier table. The others stay left over unless `pair_rest`. It
    is worked out before anything is written: nobody else waits.
    """
    decided = standing(round_)
    asked = _asked(round_, by_hand)
    draft = Proposal(round=round_, made_by=by)
    found = services.answer(draft, asked, by_hand.applications)
    found = _as_given(found, asked, by_hand.groups, pair_rest)
    with transaction.atomic():
        locked = Round.objects.select_for_update(no_key=True).get(pk=round_.pk)
        _lock(by_hand.applications)
        if locked.published_at:
            raise CannotStart(f"{round_} has been published already.")
        if standing(round_) != decided:
            raise CannotStart("Something was decided meanwhile. Please try once more.")
        let_go(round_)
        _keep_together(round_, by_hand, by)
        return services.keep(found)


def let_go(round_: Round) -> int:
    """No longer keep pairs together only since they were on paper; how many there were."""
    return Pin.objects.filter(round=round_, reason=FROM_PAPER).delete()[0]


def _asked(round_: Round, by_hand: HandMade) -> Problem:
    """What the round asks once all these pairs stay together."""
    asked = asked_by_hand(round_, by_hand.applications)
    found = violations(asked, score(asked), by_hand.groups)
    if any(violation.rule != MISSING for violation in found):
        raise CannotStart("Some of these groups break a rule.")
    together = frozenset(map(frozenset, by_hand.groups))
    return replace(asked, together=asked.together | together)


def _as_given(
    found: Found, asked: Problem, groups: list[list[int]], pair_rest: bool
) -> Found:
    """Without the pairs that were not given, unless they are wanted; and not proven best."""
    outcome, proposal = found.outcome, found.proposal
    if not pair_rest:
        given = {frozenset(group) for group in groups}
        kept = tuple(g for g in outcome.groups if frozenset(g.people) in given)
        seated = {person for group in kept for person in group.people}
        alone = tuple(one.id for one in asked.people if one.id not in seated)
        outcome = replace(outcome, groups=kept, unmatched=alone)
        keys = [str(found.applications[person].pk) for person in alone]
        proposal.left_over = {key: {} for key in keys} | proposal.left_over
    outcome = replace(outcome, is_proven=False)
    proposal.figures |= services.figures(asked, outcome)
    proposal.proof = {}
    rest = ", the others paired as well as can be" if pair_rest else ""
    proposal.made_with["source"] = f"{len(groups)} pairs from paper{rest}"
    return replace(found, outcome=outcome)


def _lock(applications: Sequence[Application]) -> None:
    """So that nobody is pinned to somebody else meanwhile."""
    rows = Application.objects.filter(pk__in=[one.pk for one in applications])
    list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _keep_together(round_: Round, by_hand: HandMade, by: User) -> None:
    pinned = {frozenset(pin.people) for pin in Pin.objects.filter(round=round_)}
    groups = [
        sorted(by_hand.applications[k].pk for k in group) for group in by_hand.groups
    ]
    names = ("first_id", "second_id", "third_id")
    Pin.objects.bulk_create(
        Pin(
            round=round_,
            reason=FROM_PAPER,
            made_by=by,
            **dict(zip(names, group, strict=False)),
        )
        for group in groups
        if frozenset(group) not in pinned
    )
