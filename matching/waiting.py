"""Who has nobody in a published round, and who would take a second partner."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Case, Exists, OuterRef, Q, Value, When

from matching.models import Proposal, Seat
from participants.models.application import ApplicationQuerySet
from rounds.models import Round

PARTNER_WITHDREW = "Their partner withdrew."
PAIR_ENDED = "Their pair was ended."
LEFT_OVER = "Left over when the round was published."
CAME_LATER = "Came after the matching was found."


def waiting(round_: Round, back: Collection[int] = ()) -> ApplicationQuerySet:
    """Who is there and has nobody, with the reason; by name.

    Nobody who was set aside, but for those (by key) who would be `back`.
    """
    mine = Seat.objects.filter(application=OuterRef("pk"))
    over = mine.exclude(published_at=None).exclude(left_at=None)
    unmatched = Proposal.unmatched.through.objects.filter(
        application=OuterRef("pk"), proposal__published_at__isnull=False
    )
    return (
        round_.applications.confirmed()
        .filter(~Exists(mine.with_partner()), Q(aside=None) | Q(pk__in=back))
        .annotate(
            why=Case(
                When(Exists(mine.active()), then=Value(PARTNER_WITHDREW)),
                When(Exists(over), then=Value(PAIR_ENDED)),
                When(Exists(unmatched), then=Value(LEFT_OVER)),
                default=Value(CAME_LATER),
            )
        )
        .order_by("name", "pk")
    )


def volunteers(round_: Round, back: Collection[int] = ()) -> ApplicationQuerySet:
    """Who has one partner, is not silent, and would take a second one."""
    mine = Seat.objects.filter(application=OuterRef("pk"))
    first = mine.with_partner().filter(is_second=False)
    return round_.applications.confirmed().filter(
        Exists(first.exclude(check_in=Seat.CheckIn.SILENT)),
        ~Exists(mine.active().filter(is_second=True)),
        Q(aside=None) | Q(pk__in=back),
        volunteers=True,
    )
