"""Whoever loses a partner hears it from us: seats not yet told are the queue.

Participants withdraw in a room below, which knows nothing of seats. So a task looks.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from iln.mail import outbox
from matching import emails
from matching.models import Match, Seat
from matching.models.proposal import SeatQuerySet
from matching.publishing import sending


def untold() -> SeatQuerySet:
    """Seats of people who are there, of whose partners one has withdrawn since they were told.

    Before their introduction was to leave they know of nobody, and it may still be stopped.
    """
    gone = Seat.objects.filter(
        match=OuterRef("match"), application__withdrawn_at__isnull=False, left_at=None
    )
    since = gone.filter(application__withdrawn_at__gt=OuterRef("told_partner_left_at"))
    there = Seat.objects.active().in_place()
    running = there.filter(application__round__ends_at__gt=timezone.now())
    return sending.introduced(
        running.filter(Q(told_partner_left_at=None) & Exists(gone) | Exists(since))
    )


@transaction.atomic
def tell(limit: int) -> int:
    """Tell up to `limit` people, each once, that a partner has left; how many were told."""
    rows = untold().order_by("pk").select_for_update(of=("self",))
    told = list(rows.values_list("pk", flat=True)[:limit])
    matches = Match.objects.in_full().filter(seats__in=told).distinct()
    seats = [seat for match in matches for seat in match.seats.all()]
    outbox.queue(
        emails.partner_gone(seat, [one.application for one in seat.partners_in_place])
        for seat in seats
        if seat.pk in told
    )
    Seat.objects.filter(pk__in=told).update(told_partner_left_at=timezone.now())
    return len(told)
