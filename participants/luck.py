"""Who comes first, since the last round did not go well for them, or they let it pass.

What became of somebody's last round is known above us: whoever knows it tells (`SOURCES`).
It is asked anew each time, not noted on the application, since a repair may still turn it;
so it is the same at sign-up and on matching day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import Enum

from django.db.models import Q

from participants.models import Application
from rounds.models import Round


class Luck(Enum):
    """Why somebody comes first: as they read it after "since", and as organisers do."""

    KEPT_PLACE = "you let the last round pass and kept your place", "kept a place"
    WAITED = (
        "last time so many people from your country came before you",
        "waited last time, by the country cap",
    )
    LEFT_OVER = "we found no partner for you last time", "had no partner last time"
    NO_WISH_MET = "none of your wishes was met last time", "had no wish met last time"
    SILENT_PARTNER = (
        "your partner of last time stayed silent",
        "had a silent partner last time",
    )

    def __init__(self, since: str, label: str) -> None:
        self.since, self.label = since, label


Source = Callable[[Round, Collection[int]], dict[int, Luck]]
SOURCES: list[Source] = []


def first(round_: Round, users: Collection[int]) -> dict[int, Luck]:
    """Of these people, those who come first in this round, and why."""
    found = kept_places(round_, users)
    for source in SOURCES:
        found |= source(round_, users)
    return found


def kept_places(round_: Round, users: Collection[int]) -> dict[int, Luck]:
    """Who said "next round" when they were last asked, and has been in none since."""
    earlier = (
        Application.objects.filter(
            user__in=users,
            withdrawn_at=None,
            round__opens_at__lt=round_.opens_at,
            round__is_rehearsal=round_.is_rehearsal,
        )
        .filter(Q(introduced_at__isnull=False) | Q(next_round_at__isnull=False))
        .order_by("round__opens_at")
    )
    last = dict(earlier.values_list("user", "next_round_at"))
    return {user: Luck.KEPT_PLACE for user, asked_at in last.items() if asked_at}
