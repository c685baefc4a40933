"""Whose country has its share of a round already, and who gets a place after all."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from iln.mail.outbox import queue
from participants import country_cap, emails, luck
from participants.models import Application
from participants.services.people import locked_batch
from rounds.models import Round


def place(application: Application) -> int | None:
    """Somebody's place in the queue of their country: 1 is next; None for whoever is in.

    By the rule of matching day, among those who are in so far. It is looked up each time,
    since it moves with everybody who joins or leaves.
    """
    round_ = application.round
    if round_.country_cap is None or round_.published_at:
        return None
    everybody = round_.applications.expected()
    most = country_cap.most_from_one(everybody.count(), round_.country_cap)
    theirs = everybody.filter(country=application.country.code)
    compatriots = list(theirs.only("round", "user", "country", "submitted_at"))
    if len(compatriots) <= most:
        return None
    first = luck.first(round_, [one.user_id for one in compatriots])
    waiting = [one.pk for one in country_cap.beyond(compatriots, most, first)]
    return waiting.index(application.pk) + 1 if application.pk in waiting else None


@transaction.atomic
def tell_of_places(round_: Round, limit: int) -> int:
    """Tell whoever waited and has a place now that it is known who is in; how many it told."""
    waited = round_.applications.confirmed().filter(
        told_to_wait_at__isnull=False, told_of_place_at=None
    )
    everybody = list(round_.applications.confirmed())
    cap = round_.country_cap
    first = luck.first(round_, [one.user_id for one in everybody]) if cap else {}
    late = country_cap.deferred(everybody, cap, first) if cap else []
    lucky = locked_batch(waited.exclude(pk__in=[one.pk for one in late]), limit)
    now = timezone.now()
    rows = Application.objects.filter(pk__in=[one.pk for one in lucky])
    rows.update(told_of_place_at=now)
    queue(emails.place_found(one) for one in lucky)
    return len(lucky)
