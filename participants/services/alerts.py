"""Whoever wants to hear when a round opens."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from iln.mail.outbox import queue
from participants import emails
from participants.models import OpeningAlert
from rounds.models import Round


@transaction.atomic
def ask_to_be_told(address: str) -> None:
    """Note who wants to hear of the next round; it counts once their mail confirms it.

    A mail is queued for everybody, so that time does not tell who is known; to whoever has
    confirmed already it does not leave.
    """
    OpeningAlert.objects.bulk_create(
        [OpeningAlert(email=address)], ignore_conflicts=True
    )
    alert = OpeningAlert.objects.waiting().with_address(address).first()
    if alert:
        queue([emails.confirm_alert(alert)])


def confirm_alert(alert: OpeningAlert) -> None:
    rows = OpeningAlert.objects.filter(pk=alert.pk, confirmed_at=None)
    rows.update(confirmed_at=timezone.now())


@transaction.atomic
def announce(round_: Round, limit: int) -> int:
    """Tell up to `limit` waiting people, each once, that a round is open; how many it told."""
    alerts = list(OpeningAlert.objects.to_tell().select_for_update()[:limit])
    queue(emails.round_is_open(alert, round_) for alert in alerts)
    told = OpeningAlert.objects.filter(pk__in=[alert.pk for alert in alerts])
    told.update(told_at=timezone.now())
    return len(alerts)
