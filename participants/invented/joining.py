"""Invented people apply to a round, by the door of every imported table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from participants.importing import import_applications
from participants.invented.person import Person
from participants.invented.sheet import as_csv
from participants.models import Application
from rounds.models import Round


def bring(round_: Round, people: Iterable[Person]) -> None:
    """Have them all confirmed, as if they had applied one after the other; nobody gets a mail."""
    import_applications(round_, as_csv(people).encode())
    _spread(round_, until=min(round_.closes_at, timezone.now()))


def _spread(round_: Round, until: datetime) -> None:
    applications = list(round_.applications.order_by("pk"))
    pace = (until - round_.opens_at) / (len(applications) + 1)
    for nth, application in enumerate(applications):
        moment = round_.opens_at + pace * nth
        application.submitted_at = moment
        application.agreed_conduct_at = application.agreed_data_at = moment
        application.confirmed_at = moment + min(pace, timedelta(hours=3))
    fields = ["submitted_at", "confirmed_at", "agreed_conduct_at", "agreed_data_at"]
    Application.objects.bulk_update(applications, fields)
