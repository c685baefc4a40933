"""What a draft answers, as it was told: the question to which a step finds the next answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from matching import mending, services, told
from matching.changing.choosing import Decisions, Draft, Group, Refused
from matching.changing.deciding import ASIDE, decided
from matching.engine import SCORING_VERSION, Problem
from matching.models import Aside, Proposal
from matching.problems import asked_again, before_the_hours, input_hash, pairs_in
from matching.rulebook import broken_rule
from matching.services import Found
from participants.models import Application

FIND_AGAIN = "Find the best matching again: what you decided is kept."


@dataclass(frozen=True)
class Question:
    """What is asked of whom; of a draft of new pairs, who would be their second partner."""

    asked: Problem
    applications: list[Application]
    helpers: frozenset[int] = frozenset()


def asked_now(draft: Draft) -> Question:
    """The question whose answer a draft is; Refused where nobody would ask that any more.

    Whoever has changed their answers, come or gone since is in it as the draft was told: a
    step is priced by what organisers saw. Steps about them are refused elsewhere.
    """
    proposal = draft.proposal
    if proposal.made_with.get("scoring") != SCORING_VERSION:
        raise Refused(f"This draft was made by an older version. {FIND_AGAIN}")
    question = _question(proposal)
    _require_same_rules(proposal, question)
    kept = pairs_in(draft.groups, question.applications)
    keep_before = before_the_hours(question.asked.levels)
    asked = replace(question.asked, earlier=kept, keep_before=keep_before)
    return replace(question, asked=asked)


def _question(
    proposal: Proposal, out: Collection[int] = (), back: Collection[int] = ()
) -> Question:
    applications = told.people_of(proposal, out, back)
    if proposal.is_repair:
        asked, helpers = mending.question(proposal, applications, back)
        return Question(asked, applications, helpers)
    asked = told.as_told(proposal, asked_again(proposal, applications), applications)
    return Question(asked, applications)


def _require_same_rules(proposal: Proposal, question: Question) -> None:
    """Raise Refused where the round, or what was decided, is no longer what a draft was told."""
    people = [application.pk for application in question.applications]
    asides = Aside.objects.filter(application__in=people)
    if aside := asides.select_related("application", "made_by").first():
        raise Refused(
            f"{aside.application.name} was set aside elsewhere since this matching was "
            f"found. {FIND_AGAIN}"
        )
    cap = proposal.made_with.get("country_cap")
    if proposal.made_with["input"] != input_hash(question.asked) or cap != (
        None if proposal.is_repair else proposal.round.country_cap
    ):
        raise Refused(
            "Something was decided elsewhere since this matching was found: the round’s "
            f"plans, who stays together or apart, or that somebody is erased. {FIND_AGAIN}"
        )


def asked_then(
    draft: Draft, adds: Decisions, lifts: Decisions, wanted: Collection[Group]
) -> Question:
    """What would be asked once these decisions are made, and with whom."""
    question = asked_now(draft)
    back = {one.people[0] for one in lifts if one.what == ASIDE}
    out = {one.people[0] for one in adds if one.what == ASIDE}
    if back or out:
        again = _question(draft.proposal, out, back)
        asked = replace(again.asked, keep_before=question.asked.keep_before)
        question = replace(again, asked=asked)
    here = {application.pk for application in question.applications}
    if any(not here >= {*one.people} for one in adds if one.what != ASIDE):
        raise Refused(f"Somebody in this step is not in this matching. {FIND_AGAIN}")
    asked = replace(question.asked, earlier=pairs_in(wanted, question.applications))
    asked = decided(asked, question.applications, adds, lifts)
    return replace(question, asked=asked)


def answered(draft: Draft, question: Question, *, priced: bool) -> Found:
    """The best answer; Refused where people who are to stay together break a rule."""
    asked, applications = question.asked, question.applications
    words = broken_rule(asked, applications)
    if draft.proposal.is_repair:
        words = words or mending.broken_rule(asked, applications, question.helpers)
    if words:
        raise Refused(words)
    answer = Proposal(
        round=draft.proposal.round,
        seed=draft.proposal.seed,
        is_repair=draft.proposal.is_repair,
    )
    if draft.proposal.is_repair:
        return mending.answer(answer, asked, applications, question.helpers)
    index = {application.pk: k for k, application in enumerate(applications)}
    known = [frozenset(index.get(key, -1) for key in group) for group in draft.groups]
    return services.answer(answer, asked, applications, known=known, priced=priced)
