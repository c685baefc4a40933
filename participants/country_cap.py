"""At most so many from one country: first come, first served."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from participants.models import Application

Turn = Callable[[Application], tuple[bool, datetime, int]]


def most_from_one(people: int, percent: int) -> int:
    """How many of so many people may come from one country; one may always."""
    return max(1, people * percent // 100)


def deferred(
    applications: Sequence[Application], percent: int, first: Collection[int] = ()
) -> list[Application]:
    """Who must wait for the next round, in the order in which they applied.

    `first`: people (users) who come before the others, since they were unlucky last time.
    """
    most = most_from_one(len(applications), percent)
    by_country: dict[str, list[Application]] = defaultdict(list)
    for application in applications:
        by_country[application.country.code].append(application)
    waiting = [
        late
        for compatriots in by_country.values()
        for late in beyond(compatriots, most, first)
    ]
    return sorted(waiting, key=_turn(first))


def beyond(
    compatriots: Iterable[Application], most: int, first: Collection[int] = ()
) -> list[Application]:
    """Of people from one country, those who came after it had so many; the next one first."""
    return sorted(compatriots, key=_turn(first))[most:]


def _turn(first: Collection[int]) -> Turn:
    def turn(application: Application) -> tuple[bool, datetime, int]:
        late = application.user_id not in first
        return late, application.submitted_at, application.pk

    return turn
