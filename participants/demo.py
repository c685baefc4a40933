"""Invented people for the demo's rounds, some of whom take part a second time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from participants.invented.joining import bring
from participants.invented.people import invent
from participants.invented.person import Person
from rounds.demo import FIRST, PILOT, RUNNING
from rounds.models import Round

PEOPLE, EARLIER_PEOPLE, IN_BOTH = 92, 44, 20
PEOPLE_NOW, SILENT = 26, 2
A_DAY = timedelta(days=1)


def load() -> None:
    """Let everybody in, once."""
    people = invent(PEOPLE, seed=1)
    _bring(FIRST, [*people[:IN_BOTH], *invent(EARLIER_PEOPLE, seed=2)])
    if _bring(RUNNING, invent(PEOPLE_NOW, seed=3)):
        _say_who_is_still_in(Round.objects.get(slug=RUNNING))
    _bring(PILOT, people)


def _bring(slug: str, people: Sequence[Person]) -> bool:
    round_ = Round.objects.get(slug=slug)
    if round_.applications.exists():
        return False
    bring(round_, people)
    return True


def _say_who_is_still_in(round_: Round) -> None:
    """All but the last two answered in time."""
    asked_at = round_.confirm_by - 5 * A_DAY
    round_.applications.update(asked_still_in_at=asked_at)
    last = round_.applications.order_by("-pk").values_list("pk", flat=True)
    silent = round_.applications.filter(pk__in=list(last[:SILENT]))
    silent.update(
        still_in_reminded_at=asked_at + 3 * A_DAY, told_no_answer_at=round_.confirm_by
    )
    answered = round_.applications.exclude(pk__in=silent)
    answered.update(still_in_at=asked_at + A_DAY)
