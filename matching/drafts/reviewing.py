"""What organisers have looked at: pair by pair, until the proposal is published."""

from __future__ import annotations

from django.utils import timezone

from matching.models import Match, Proposal, Seat
from participants.models import User

Looked = dict[frozenset[int], tuple[list[tuple[str, bool]], Match]]


def mark(match: Match, by: User) -> None:
    """Note who has looked at a pair, and when; whoever did so first stays."""
    pairs = Match.objects.of_drafts().to_review().filter(pk=match.pk)
    pairs.update(reviewed_at=timezone.now(), reviewed_by=by)


def unmark(match: Match) -> None:
    """Have a pair looked at once more."""
    pairs = Match.objects.of_drafts().filter(pk=match.pk)
    pairs.update(reviewed_at=None, reviewed_by=None)


def carry_over(proposal: Proposal) -> int:
    """Have pairs stay reviewed that the draft before had, too; how many there were.

    The same people with the same answers and the same wishes met, or somebody looks anew.
    """
    drafts = proposal.round.proposals.drafts().filter(is_repair=proposal.is_repair)
    before = drafts.exclude(pk=proposal.pk).first()
    if before is None:
        return 0
    then, now = (one.made_with.get("people", {}) for one in (before, proposal))
    looked, found = _looked_at(before), []
    for people, (wishes, match) in _pairs(proposal).items():
        known, old = looked.get(people, (None, match))
        same = all(then.get(str(key)) == now.get(str(key), "") for key in people)
        if same and known == wishes:
            match.reviewed_at, match.reviewed_by = old.reviewed_at, old.reviewed_by
            found.append(match)
    Match.objects.bulk_update(found, ["reviewed_at", "reviewed_by"])
    return len(found)


def _looked_at(proposal: Proposal) -> Looked:
    pairs = _pairs(proposal)
    return {people: pair for people, pair in pairs.items() if pair[1].reviewed_at}


def _pairs(proposal: Proposal) -> Looked:
    """Each pair of a draft by its people, with how each of their wishes fares."""
    seats = Seat.objects.filter(proposal=proposal).select_related("match__reviewed_by")
    members: dict[int, list[Seat]] = {}
    for seat in seats.order_by("application"):
        members.setdefault(seat.match_id, []).append(seat)
    return {
        frozenset(seat.application_id for seat in together): (
            [
                (wish["aspect"], wish["met"])
                for seat in together
                for wish in seat.report
            ],
            together[0].match,
        )
        for together in members.values()
    }
