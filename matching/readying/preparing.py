"""Making a round ready: what organisers do about its people before they are matched."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from iln.mail.outbox import queue
from matching import emails
from matching.models import TwoPeople
from matching.readying.readiness import TOLD_FROM, concession, withdrawn_doubles
from participants import services as participants
from participants.models import Application, User
from participants.terms import Terms
from rounds.models import Round

Refused = participants.Refused


def offer(application: Application, musts: Sequence[str]) -> None:
    """Write to somebody, once, what dropping these musts would open; they may then do it.

    What it opens is looked up now, outside the transaction: pages grow old.
    """
    found = concession(application, musts)
    if found is None or found.opens < TOLD_FROM:
        raise Refused("This would not give them more possible partners any more.")
    with transaction.atomic():
        fresh = participants.reopen(application)
        wishes = [wish for wish in fresh.wishes.all() if wish.aspect in found.musts]
        queue([emails.offer(fresh, wishes, found.opens, Terms())])


def withdraw_double(application: Application) -> None:
    """Withdraw one of two applications of one person, and tell them so kindly."""
    participants.withdraw(application, emails.double)


@transaction.atomic
def take_back_double(application: Application) -> None:
    """Have an application stand again that was withdrawn as a double, and tell the person.

    Only such a one: whoever withdrew by themselves stays out. The round is locked first, as
    by whoever publishes it.
    """
    Round.objects.select_for_update(no_key=True).get(pk=application.round_id)
    if application not in withdrawn_doubles(application.round):
        raise Refused("This application was not withdrawn as somebody’s second.")
    gone_at = application.withdrawn_at
    participants.stand_again(
        application, lambda fresh: emails.stands_again(fresh, gone_at)
    )


def tell_apart(one: Application, other: Application, by: User, reason: str) -> None:
    """Remember that these are two people, once."""
    first, second = sorted([one.user_id, other.user_id])
    TwoPeople.objects.get_or_create(
        first_id=first,
        second_id=second,
        defaults={"made_by": by, "reason": reason},
    )


@transaction.atomic
def cap_countries(round_: Round, percent: int | None) -> None:
    """Let at most so many per cent come from one country, or as many as apply."""
    round_ = Round.objects.select_for_update(no_key=True).get(pk=round_.pk)
    if round_.published_at:
        raise Refused(f"{round_} has been published already.")
    round_.country_cap = percent
    round_.save(update_fields=["country_cap"])
