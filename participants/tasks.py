"""What is due: telling who waits that a round is open."""

from __future__ import annotations

from celery import shared_task

from iln.mail.tasks import nudge
from participants import services
from rounds.models import Round

AT_ONCE = 200


@shared_task
def announce_open_rounds() -> None:
    """Queue one mail for every confirmed alert, as soon as a round is open."""
    round_ = Round.objects.open().order_by("closes_at").first()
    if round_ is None:
        return
    while services.announce(round_, limit=AT_ONCE):
        nudge()
