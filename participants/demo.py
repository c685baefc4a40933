"""Invented people for the demo's rounds, some of whom take part a second time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from participants.importing import import_applications
from participants.invented.people import invent
from participants.invented.person import Person
from participants.invented.sheet import as_csv
from participants.models import Application
from rounds.demo import FIRST, PILOT
from rounds.models import Round

PEOPLE, EARLIER_PEOPLE, IN_BOTH = 92, 44, 20


def load() -> None:
    """Let everybody in by the door of every imported table; nobody gets a mail."""
    people = invent(PEOPLE, seed=1)
    _bring(FIRST, [*people[:IN_BOTH], *invent(EARLIER_PEOPLE, seed=2)])
    _bring(PILOT, people)


def _bring(slug: str, people: Sequence[Person]) -> None:
    round_ = Round.objects.get(slug=slug)
    if not round_.applications.exists():
        import_applications(round_, as_csv(people).encode())
        _spread(round_, until=min(round_.closes_at, timezone.now()))


def _spread(round_: Round, until: datetime) -> None:
    """As if they had applied one after the other since the sign-up opened."""
    applications = list(round_.applications.order_by("pk"))
    pace = (until - round_.opens_at) / (len(applications) + 1)
    for nth, application in enumerate(applications):
        moment = round_.opens_at + pace * nth
        application.submitted_at = moment
        application.agreed_conduct_at = application.agreed_data_at = moment
        application.confirmed_at = moment + min(pace, timedelta(hours=3))
    fields = ["submitted_at", "confirmed_at", "agreed_conduct_at", "agreed_data_at"]
    Application.objects.bulk_update(applications, fields)
