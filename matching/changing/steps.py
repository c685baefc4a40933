"""Changes that organisers make to a draft, step by step, and undo.

Each is a decision, and the draft is always the best matching under all decisions: with as
many of its pairs kept as no wish is lost by. So what a change costs is known beforehand,
and is the price of the decision alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from matching import services, told
from matching.changing.asking import answered, asked_then
from matching.changing.choosing import (
    Decisions,
    Draft,
    Group,
    Kind,
    Refused,
    decisions_of,
    read,
    restored,
    stored,
)
from matching.changing.deciding import Decision, erase, write
from matching.models import Match, Proposal, Step
from matching.services import Found
from matching.told import Changed
from matching.wording import joined
from participants.models import Application, User
from rounds.models import Round

CHANGED = "Somebody else has changed this draft meanwhile."

log = logging.getLogger(__name__)


class Stale(Refused):
    """The draft has changed since the organiser looked at it."""


class ChangedSince(Refused):
    """Whom a step is about are no longer as the draft was told of them."""

    def __init__(self, who: Sequence[Changed], is_repair: bool) -> None:
        names = joined(sorted(one.application.name for one in who))
        search = "partners for those who wait" if is_repair else "the best matching"
        super().__init__(
            f"{names}: not as this matching was told. Look at both versions below, or find "
            f"{search} again: what you decided is kept."
        )
        self.who = who


@dataclass(frozen=True)
class Look:
    """What a step would change. `before` and `after`: groups of those who move, singles left over."""

    draft: Draft
    adds: Decisions
    lifts: Decisions
    found: Found
    before: list[Group]
    after: list[Group]
    helpers: frozenset[int] = frozenset()  # who would take a second partner

    @property
    def figures(self) -> list[tuple[str, int, int]]:
        """What is counted in the whole round: its name, before, after."""
        before, after = self.draft.proposal.figures, self.found.proposal.figures
        names = ("unmatched", "none_met", "wishes_met", "second_partners")
        return [(name, before[name], after[name]) for name in names if name in after]

    @property
    def reports(self) -> dict[int, list[dict[str, Any]]]:
        """How the wishes of those who have other partners then fare."""
        people = self.found.applications
        new = {*self.after}
        return {
            people[person].pk: services.seat_report(people[person], verdicts)
            for group in self.found.outcome.groups
            if tuple(sorted(people[k].pk for k in group.people)) in new
            for person, verdicts in zip(group.people, group.verdicts, strict=True)
        }


# --- What organisers do ---------------------------------------------------


def look(proposal: Proposal, kind: str, people: Collection[int]) -> Look:
    """What a step would change, and what it would cost; nothing is kept."""
    draft = read(proposal)
    adds, lifts = decisions_of(draft, Kind(kind), [*people])
    return _look(draft, adds, lifts, draft.groups, priced=False)


def take(
    proposal: Proposal,
    number: int,
    kind: str,
    people: Collection[int],
    *,
    reason: str,
    by: User,
    words: str = "",
) -> Step:
    """Take a step on a draft that has come as far as `number`, as the organiser saw it.

    `words` are for the mail of somebody who is set aside.
    """
    step = Step(kind=kind, reason=reason, made_by=by)
    with _as_seen(proposal, number) as draft:
        adds, lifts = decisions_of(draft, Kind(kind), [*people])
        named = [
            replace(one, reason=reason, made_by=by.pk, words=words) for one in adds
        ]
        seen = _look(draft, frozenset(named), lifts, draft.groups)
        return _keep(seen, step, people)


def undo(proposal: Proposal, number: int, by: User) -> Step:
    """Undo the last step in effect: its pairs are as before, and its decisions are lifted."""
    with _as_seen(proposal, number) as draft:
        step = proposal.steps.to_undo()
        if step is None:
            raise Refused("There is nothing to undo.")
        adds, lifts = stored(step.lifts), stored(step.adds) & draft.decisions
        seen = _look(draft, adds, lifts, restored(draft, step.before))
        return _write(seen, partial(_note_undone, step, by))


def _note_undone(step: Step, by: User, draft: Draft) -> Step:
    step.undone_at, step.undone_by = timezone.now(), by
    step.undone_number = draft.number + 1
    step.save(update_fields=["undone_at", "undone_by", "undone_number"])
    return step


def redo(proposal: Proposal, number: int, by: User) -> Step:
    """Do again what was undone last; the log shows it as a step of its own."""
    with _as_seen(proposal, number) as draft:
        old = proposal.steps.to_redo()
        if old is None:
            raise Refused("There is nothing to do again.")
        adds, lifts = stored(old.adds) - draft.decisions, stored(old.lifts)
        seen = _look(draft, adds, lifts & draft.decisions, restored(draft, old.after))
        step = Step(kind=old.kind, reason=old.reason, made_by=by)
        return _keep(seen, step, [*old.people.values_list("pk", flat=True)], again=old)


@contextmanager
def _as_seen(proposal: Proposal, number: int) -> Iterator[Draft]:
    """The draft that an organiser saw; Stale if it changes before their step is written down.

    What somebody else is just changing may look as if it broke a rule: it is stale all the same.
    """
    try:
        draft = read(proposal)
        if draft.number != number:
            raise Stale(CHANGED)
        yield draft
    except Refused:
        if proposal.steps.latest_number() != number:
            raise Stale(CHANGED) from None
        raise


def last_changed(round_: Round) -> Proposal | None:
    """The last draft with an organiser's hand in it: a new search keeps its pairs."""
    steps = Step.objects.in_effect()
    return round_.proposals.drafts().filter(steps__in=steps).first()


# --- What that leads to ---------------------------------------------------


def _look(
    draft: Draft,
    adds: Decisions,
    lifts: Decisions,
    wanted: Collection[Group],
    *,
    priced: bool = True,
) -> Look:
    """The best matching under other decisions, with as many of the `wanted` groups as can be."""
    question = asked_then(draft, adds, lifts, wanted)
    found = answered(draft, question, priced=priced)
    before, after = _moved(draft, found)
    moved = {key for group in [*before, *after] for key in group}
    concerned = moved | {key for one in adds | lifts for key in one.people}
    if who := told.changed(draft.proposal, concerned):
        raise ChangedSince([*who.values()], draft.proposal.is_repair)
    helpers = frozenset(question.applications[k].pk for k in question.helpers)
    return Look(draft, adds, lifts, found, before, after, helpers)


def _moved(draft: Draft, found: Found) -> tuple[list[Group], list[Group]]:
    people = found.applications
    new = {
        tuple(sorted(people[k].pk for k in group.people))
        for group in found.outcome.groups
    }
    left_over = {(int(key),) for key in found.proposal.left_over}
    were_left_over = {
        (key,) for key in draft.proposal.unmatched.values_list("pk", flat=True)
    }
    before, after = draft.groups | were_left_over, new | left_over
    return sorted(before - after), sorted(after - before)


# --- How it is kept -------------------------------------------------------


def _keep(
    seen: Look, step: Step, people: Collection[int], again: Step | None = None
) -> Step:
    """Keep what was looked at as a new step; what could have been done again no longer can."""

    def note(draft: Draft) -> Step:
        now = timezone.now()
        waiting = Step.objects.filter(proposal=draft.proposal, settled_at=None)
        waiting = waiting.exclude(undone_at=None)
        (waiting.filter(pk=again.pk) if again else waiting).update(settled_at=now)
        step.proposal, step.number = draft.proposal, draft.number + 1
        step.adds = [one.as_json() for one in sorted(seen.adds, key=_order)]
        step.lifts = [one.as_json() for one in sorted(seen.lifts, key=_order)]
        step.before, step.after = seen.before, seen.after
        step.save()
        step.people.set(people)
        return step

    return _write(seen, note)


def _order(decision: Decision) -> tuple[str, Group]:
    return decision.what, decision.people


@transaction.atomic
def _write(seen: Look, note: Callable[[Draft], Step]) -> Step:
    """Write down what was found for a draft, unless it has changed meanwhile."""
    draft = seen.draft
    _lock(draft, seen.adds)
    now = read(draft.proposal)
    if now.number != draft.number:
        raise Stale(CHANGED)
    if now.decisions != draft.decisions:
        raise Stale("Something has been decided elsewhere meanwhile.")
    for one in seen.lifts:
        erase(now.proposal.round, one)
    for one in seen.adds:
        write(now.proposal.round, one)
    _write_groups(now.proposal, seen)
    step = note(now)
    log.info("Step %s of proposal %s.", step.number, now.proposal.pk)
    return step


def _lock(draft: Draft, adds: Decisions) -> None:
    """One step at a time in a round, none while it is published, and no pin beside it."""
    rounds = Round.objects.select_for_update(no_key=True)
    list(rounds.filter(pk=draft.proposal.round_id))
    people = [key for one in adds for key in one.people]
    rows = Application.objects.filter(pk__in=people).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def _write_groups(proposal: Proposal, seen: Look) -> None:
    found, people = seen.found, seen.found.applications
    new = {*seen.after}
    gone = [group for group in seen.before if len(group) > 1]
    seats = proposal.seats.filter(application__in=[group[0] for group in gone])
    Match.objects.filter(pk__in=[*seats.values_list("match", flat=True)]).delete()
    groups = [
        group
        for group in found.outcome.groups
        if tuple(sorted(people[k].pk for k in group.people)) in new
    ]
    services.seat(proposal, groups, people)
    proposal.seats.filter(application__in=seen.helpers).update(is_second=True)
    proposal.unmatched.set(map(int, found.proposal.left_over))
    for name in ("made_with", "figures", "proof", "left_over"):
        setattr(proposal, name, getattr(found.proposal, name))
    proposal.save(update_fields=["made_with", "figures", "proof", "left_over"])
