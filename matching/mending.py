"""New partners for those who wait: what is asked, and the best answer to it.

The question is about few: who waits, and who would take a second partner. Whoever has a
partner is never moved, and nobody else is in it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import combinations

from iln import __version__
from matching import told
from matching.engine import (
    SCORING_VERSION,
    Group,
    Outcome,
    Problem,
    Repair,
    Scoring,
    repair,
    score,
)
from matching.engine.outcome import explain
from matching.engine.questions.reasons import Reasons
from matching.models import Proposal, Seat
from matching.problems import (
    Pairs,
    candidates,
    digests,
    input_hash,
    pairs_in,
    problem,
)
from matching.services import Found, figures, kept_from
from matching.waiting import volunteers, waiting
from matching.wording import joined
from participants.models import Application
from rounds.models import Round

Places = frozenset[int]


def people_now(round_: Round) -> tuple[list[Application], Places]:
    """Who waits, and who would take a second partner; the latter by place."""
    needy = {*waiting(round_).values_list("pk", flat=True)}
    helpers = {*volunteers(round_).values_list("pk", flat=True)}
    here = [one for one in candidates(round_) if one.pk in needy | helpers]
    return here, _places(here, helpers)


def question(
    proposal: Proposal, applications: Sequence[Application], back: Collection[int] = ()
) -> tuple[Problem, Places]:
    """What a draft answers, as it was told; and which of these would take a second partner."""
    known = {*proposal.made_with.get("helpers", [])}
    known |= {
        *volunteers(proposal.round, back)
        .filter(pk__in=back)
        .values_list("pk", flat=True)
    }
    helpers = _places(applications, known)
    asked = told.as_told(
        proposal, ask(proposal.round, applications, helpers), applications
    )
    earlier = pairs_in(proposal.made_with.get("earlier", []), applications)
    keep_before = proposal.made_with.get("keep_before", "")
    return replace(asked, earlier=earlier, keep_before=keep_before), helpers


def ask(round_: Round, applications: Sequence[Application], helpers: Places) -> Problem:
    """The round's question to those concerned; what was pinned and has been done is left out."""
    asked = problem(round_, applications)
    apart = asked.apart | _partners(round_, applications)
    together = frozenset(
        pin for pin in asked.together if not pin <= helpers and not _past(pin, apart)
    )
    return replace(asked, apart=apart, together=together)


def _past(pin: frozenset[int], apart: Pairs) -> bool:
    return any(frozenset(two) in apart for two in combinations(pin, 2))


def _places(applications: Sequence[Application], keys: Collection[int]) -> Places:
    return frozenset(k for k, one in enumerate(applications) if one.pk in keys)


def _partners(round_: Round, applications: Sequence[Application]) -> Pairs:
    """Who of these have each other now."""
    groups: dict[int, list[int]] = {}
    seats = Seat.objects.with_partner().filter(application__in=applications)
    for match, application in seats.values_list("match", "application"):
        groups.setdefault(match, []).append(application)
    return pairs_in(groups.values(), applications)


def broken_rule(
    asked: Problem, applications: Sequence[Application], helpers: Places
) -> str:
    """Why some who are to stay together cannot: a working pair is never touched."""
    for pin in asked.together:
        names = joined(sorted(applications[place].name for place in pin & helpers))
        if pin <= helpers:
            return f"{names} have a partner each: neither waits for one."
        if pin & helpers and len(pin) > 2:
            return (
                f"{names} would take a second partner, and have one already: that makes "
                "a pair, not a group of three."
            )
    return ""


def answer(
    proposal: Proposal,
    asked: Problem,
    applications: Sequence[Application],
    helpers: Places,
) -> Found:
    """Have a draft say who is best with whom; nothing is kept.

    Who is to stay together does; of the others, first the fewest are left to wait, then the
    fewest volunteers are asked.
    """
    pins = sorted(tuple(sorted(pin)) for pin in asked.together)
    pinned = {place for pin in pins for place in pin}
    needy = {*range(len(applications))} - helpers - pinned
    found = repair(_free(asked), [], needy, helpers - pinned)
    groups = _explained(proposal.round, asked, applications, pins, found)
    alone = tuple(one.person for one in found.alone)
    proposal.made_with = {
        "levels": list(asked.levels),
        "version": __version__,
        "scoring": SCORING_VERSION,
        "input": input_hash(asked),
        "people": digests(asked, applications),
        "told": told.facts(asked, applications),
        "helpers": sorted(applications[place].pk for place in helpers),
        **kept_from(asked, applications),
    }
    proposal.proof = json.loads(found.proof.to_json())
    proposal.left_over = {str(applications[place].pk): {} for place in alone}
    proof = found.proof
    outcome = Outcome(
        groups=tuple(groups),
        unmatched=alone,
        value=proof.value,
        bound=proof.bound,
        proof=proof,
        is_proven=found.is_proven,
        hours_step=Scoring(_free(asked)).units.hours_step,
        left_to_draw=(),
    )
    seated = {place for group in groups for place in group.people}
    concerned = tuple(one for one in asked.people if one.id in seated.union(alone))
    proposal.figures = figures(replace(asked, people=concerned), outcome)
    proposal.figures["second_partners"] = len(seated & helpers)
    return Found(proposal, outcome, applications)


def _free(asked: Problem) -> Problem:
    return replace(asked, together=frozenset())


def _explained(
    round_: Round,
    asked: Problem,
    applications: Sequence[Application],
    pins: Sequence[tuple[int, ...]],
    found: Repair,
) -> list[Group]:
    """The new groups, with how each wish fares among all of the round."""
    here = {application.pk for application in applications}
    others = [one for one in candidates(round_) if one.pk not in here]
    everybody = problem(round_, [*applications, *others])
    people = (*asked.people, *everybody.people[len(applications) :])
    scores = score(replace(_free(everybody), people=people))
    reasons = Reasons(scores, None)

    every = [*pins, *(group.people for group in found.groups)]
    return [explain(reasons, group) for group in every]
