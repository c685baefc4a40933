"""Invented people for the demo's rounds, some of whom take part a second time."""

from __future__ import annotations

from collections.abc import Sequence

from participants.invented.joining import bring
from participants.invented.people import invent
from participants.invented.person import Person
from rounds.demo import FIRST, PILOT
from rounds.models import Round

PEOPLE, EARLIER_PEOPLE, IN_BOTH = 92, 44, 20


def load() -> None:
    """Let everybody in, once."""
    people = invent(PEOPLE, seed=1)
    _bring(FIRST, [*people[:IN_BOTH], *invent(EARLIER_PEOPLE, seed=2)])
    _bring(PILOT, people)


def _bring(slug: str, people: Sequence[Person]) -> None:
    round_ = Round.objects.get(slug=slug)
    if not round_.applications.exists():
        bring(round_, people)
