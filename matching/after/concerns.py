"""“Not who I can work with”: to an organiser, and to nobody else."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from iln.mail import outbox
from matching import emails
from matching.after.aftercare import Reach, Refused
from matching.after.reconciling import organisers_of
from matching.models import Concern, Seat
from matching.models.concern import ConcernQuerySet
from participants.models import User
from rounds.models import Round


@transaction.atomic
def tell(seat: Seat, words: str) -> Concern:
    """Keep what somebody says, and call the organisers who care for them.

    Whoever says more before it is settled adds to it: organisers have one thing to look at.
    """
    seat = Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    if not Seat.objects.with_partner().filter(pk=seat.pk).exists():
        raise Refused("You have no partner here any more.")
    concern = Concern.objects.keep(seat, words)
    outbox.queue(emails.concern(concern, one) for one in _who_hears(seat))
    return concern


def _who_hears(seat: Seat) -> list[User]:
    """Their liaisons, or who may publish; never somebody of the pair itself."""
    people = set(seat.match.seats.values_list("application__user", flat=True))
    return [one for one in organisers_of(seat) if one.pk not in people]


def concerns(round_: Round, reach: Reach, reader: User) -> ConcernQuerySet:
    """What is still open among the pairs that an organiser sees, but for their own pair."""
    own = Seat.objects.filter(
        application__user=reader, match=OuterRef("seat__match_id")
    )
    found = Concern.objects.open().filter(seat__match__in=reach.matches(round_))
    return found.filter(~Exists(own)).in_full()


def see(concern: Concern, by: User) -> None:
    """Note that an organiser has taken this on."""
    Concern.objects.open().filter(pk=concern.pk).update(seen_at=timezone.now(), by=by)


def settle(concern: Concern, by: User) -> None:
    """Note that there is nothing left to do."""
    Concern.objects.open().filter(pk=concern.pk).update(closed_at=timezone.now(), by=by)
