"""What can be done about the people on a page of matching day."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from django import template
from django.db.models import Q

from matching.models import Aside, Match, Pin, Proposal
from matching.wording import joined

register = template.Library()


@register.inclusion_tag(
    "admin/matching/proposal/_actions.html", takes_context=True, name="actions"
)
def actions(
    context: dict[str, Any], proposal: Proposal, match: Match
) -> dict[str, Any]:
    """Pin, keep apart, who else, undo: nothing where the draft is fixed or one may only look."""
    may_change = context["request"].user.has_perm("matching.change_proposal")
    if not (proposal.is_changeable and may_change):
        return {}
    people = [seat.application for seat in match.seats.all()]
    ids = sorted(person.pk for person in people)
    pin = Pin.objects.filter(Q(first=ids[0]) | Q(second=ids[0])).first()
    steps = proposal.steps.prefetch_related("people")
    return {
        "draft": proposal,
        "csrf_token": context.get("csrf_token"),
        "proposal": proposal,
        "number": steps.latest_number(),
        "people": people,
        "keys": ",".join(map(str, ids)),
        "group": "pair" if len(people) == 2 else "group",
        "pinned": pin if pin and pin.people == tuple(ids) else None,
        "apart": [
            (f"{one.pk},{other.pk}", joined([one.name, other.name]))
            for one, other in combinations(people, 2)
        ],
        "asides": Aside.objects.filter(
            application__round=proposal.round_id
        ).select_related("application"),
        "earlier_steps": _with_earlier_steps(proposal),
        "to_undo": steps.to_undo(),
        "to_redo": steps.to_redo(),
    }


def _with_earlier_steps(proposal: Proposal) -> Proposal | None:
    """The draft before this one in which organisers took steps, if there is one."""
    earlier = proposal.round.proposals.filter(
        is_repair=proposal.is_repair, steps__undone_at=None, steps__isnull=False
    )
    before = earlier.filter(pk__lt=proposal.pk).only("pk", "round")
    return before.order_by("-pk").first()
