"""At most so many from one country: first come, first served."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from participants.models import Application


def most_from_one(people: int, percent: int) -> int:
    """How many of so many people may come from one country; one may always."""
    return max(1, people * percent // 100)


def deferred(
    applications: Sequence[Application], percent: int, first: Collection[int] = ()
) -> list[Application]:
    """Who must wait for the next round, in the order in which they applied.

    `first`: people (users) who come before the others, since they were unlucky last time.
    """

    def turn(application: Application) -> tuple[bool, datetime, int]:
        late = application.user_id not in first
        return late, application.submitted_at, application.pk

    most = most_from_one(len(applications), percent)
    taken: Counter[str] = Counter()
    waiting = []
    for application in sorted(applications, key=turn):
        country = application.country.code
        taken[country] += 1
        if taken[country] > most:
            waiting.append(application)
    return waiting
