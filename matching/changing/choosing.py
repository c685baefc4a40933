"""A draft as it stands, and which decisions a step on it would make and end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matching.changing.deciding import APART, ASIDE, TOGETHER, Decision, standing
from matching.models import Proposal, Step
from matching.problems import groups_of

Group = tuple[int, ...]  # applications by key, ascending
Decisions = frozenset[Decision]
Kind = Step.Kind
SIZES = {
    Kind.TOGETHER: (2, 3),
    Kind.APART: (2,),
    Kind.SWAP: (2,),
    Kind.ASIDE: (1,),
    Kind.RELEASE: (1, 2, 3),
}
WHAT = {Kind.TOGETHER: TOGETHER, Kind.APART: APART, Kind.ASIDE: ASIDE}


class Refused(Exception):
    """Why a step cannot be taken, in words for organisers."""


@dataclass(frozen=True)
class Draft:
    """A draft as it is now: how far it has come, its groups, and what has been decided."""

    proposal: Proposal
    number: int
    groups: frozenset[Group]
    decisions: Decisions

    def group(self, person: int) -> Group:
        """Whom somebody is with; by themselves if they are left over."""
        return next((g for g in self.groups if person in g), (person,))


def read(proposal: Proposal) -> Draft:
    """A draft as it is now; Refused where it can no longer be changed."""
    proposals = Proposal.objects.select_related("round")
    fresh = proposals.filter(pk=proposal.pk).first()
    if fresh is None:
        raise Refused("This draft is no longer there: somebody has found another.")
    if not fresh.is_changeable:
        name = "This" if fresh.is_repair else str(fresh.round)
        raise Refused(f"{name} has been published: its matching stays as it is.")
    return Draft(
        proposal=fresh,
        number=fresh.steps.latest_number(),
        groups=frozenset(map(tuple, groups_of(fresh))),
        decisions=standing(fresh.round),
    )


def decisions_of(
    draft: Draft, kind: Kind, people: list[int]
) -> tuple[Decisions, Decisions]:
    """What a step adds to the decisions, and which it lifts."""
    if len(people) not in SIZES[kind] or len({*people}) != len(people):
        raise Refused("Choose two different people, or three for a group of three.")
    if kind == Kind.RELEASE:
        return frozenset(), _released(draft, people)
    adds = frozenset(_added(draft, kind, people)) - draft.decisions
    if not adds:
        raise Refused("That is decided already.")
    return adds, frozenset(_in_the_way(draft, adds))


def _added(draft: Draft, kind: Kind, people: list[int]) -> list[Decision]:
    if kind == Kind.SWAP:
        return _swapped(draft, *people)
    return [Decision(WHAT[kind], tuple(sorted(people)))]


def _swapped(draft: Draft, a: int, b: int) -> list[Decision]:
    """Each takes the other's place. Who takes the place of somebody left over, is."""
    one, other = draft.group(a), draft.group(b)
    if one == other:
        raise Refused("These two are together: there is nothing to swap.")
    swapped = [({*one} - {a}) | {b}, ({*other} - {b}) | {a}]
    groups = [tuple(sorted(group)) for group in swapped if len(group) > 1]
    if not groups:
        raise Refused("Both are left over: there is nothing to swap.")
    return [Decision(TOGETHER, group) for group in groups]


def _in_the_way(draft: Draft, adds: Decisions) -> list[Decision]:
    """What was decided about the same people before, and cannot hold any longer."""
    return [
        old
        for old in draft.decisions - adds
        if old.what != APART and any(_ends(new, old) for new in adds)
    ]


def _ends(new: Decision, old: Decision) -> bool:
    if new.what == APART:
        return {*new.people} <= {*old.people}
    return not {*new.people}.isdisjoint(old.people)


def _released(draft: Draft, people: list[int]) -> Decisions:
    lifts = frozenset(
        one
        for one in draft.decisions
        if one.what != APART and {*people} <= {*one.people}
    )
    if not lifts:
        raise Refused("Nothing is decided about them that could be let go.")
    return lifts


def stored(decisions: list[dict[str, Any]]) -> Decisions:
    return frozenset(map(Decision.from_json, decisions))


def restored(draft: Draft, groups: list[list[int]]) -> frozenset[Group]:
    """The groups of a draft, but for those who are in these groups then."""
    moved = {person for group in groups for person in group}
    others = {group for group in draft.groups if moved.isdisjoint(group)}
    return frozenset(others | {tuple(group) for group in groups if len(group) > 1})
