"""What organisers have looked at: pair by pair, until the proposal is published."""

from __future__ import annotations

from django.utils import timezone

from matching.models import Match
from participants.models import User


def mark(match: Match, by: User) -> None:
    """Note who has looked at a pair, and when; whoever did so first stays."""
    pairs = Match.objects.of_drafts().to_review().filter(pk=match.pk)
    pairs.update(reviewed_at=timezone.now(), reviewed_by=by)


def unmark(match: Match) -> None:
    """Have a pair looked at once more."""
    pairs = Match.objects.of_drafts().filter(pk=match.pk)
    pairs.update(reviewed_at=None, reviewed_by=None)
