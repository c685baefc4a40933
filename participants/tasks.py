"""What is due: telling who waits that a round is open."""

from __future__ import annotations

import logging

from celery import shared_task
from django.core.management import call_command

from iln.mail.tasks import nudge
from participants import services
from participants.services import drafts, forgetting, still_in
from rounds.models import Round

AT_ONCE = 200

log = logging.getLogger(__name__)


@shared_task
def announce_open_rounds() -> None:
    """Queue one mail for every confirmed alert, as soon as a round is open."""
    round_ = Round.objects.open().order_by("closes_at").first()
    if round_ is None:
        return
    while services.announce(round_, limit=AT_ONCE):
        nudge()
    while services.tell_next_round(round_, limit=AT_ONCE):
        nudge()


@shared_task
def ask_still_in() -> None:
    """Ask before the deadline who is still in, and once more who has not said."""
    for round_ in Round.objects.before_the_deadline():
        while still_in.asks(round_) and services.ask_still_in(round_, AT_ONCE):
            nudge()
        while still_in.reminds(round_) and services.remind_still_in(round_, AT_ONCE):
            nudge()


@shared_task
def tell_of_places() -> None:
    """When the deadline has passed, tell those who waited and have a place after all."""
    for round_ in Round.objects.after_the_deadline():
        while services.tell_of_places(round_, AT_ONCE):
            nudge()


@shared_task
def tell_silent() -> None:
    """When the deadline has passed, tell those who never answered what that means."""
    for round_ in Round.objects.past_the_deadline():
        while still_in.tell_silent(round_, AT_ONCE):
            nudge()


@shared_task
def tidy_drafts() -> None:
    """Bring what waits into the round that is open; delete what nobody needs any more."""
    round_ = Round.objects.open().order_by("closes_at").first()
    while round_ and drafts.bring_on(round_, limit=AT_ONCE):
        nudge()
    drafts.tidy()


@shared_task
def forget_old_rounds() -> None:
    """Erase what has been kept for long enough; and sessions whose time is over."""
    if gone := forgetting.forget_old_rounds():
        log.info("Erased %s applications of rounds that ended long ago.", gone)
    call_command("clearsessions")
