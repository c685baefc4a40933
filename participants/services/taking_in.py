"""Applications that an organiser vouches for."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from participants.answers import Answers, create_all
from participants.services.people import people_with
from rounds.models import Round


@transaction.atomic
def take_in(round_: Round, everybody: Iterable[Answers]) -> int:
    """Bring in applications that an organiser vouches for: confirmed, and without a mail.

    Whoever has applied to this round already is left alone. Answers how many came in.
    """
    by_address = {answers.email.lower(): answers for answers in everybody}
    people = people_with(by_address)
    here = set(round_.applications.values_list("user_id", flat=True))
    new = {
        address: answers
        for address, answers in by_address.items()
        if people[address].pk not in here
    }
    now = timezone.now()
    for address, answers in new.items():
        application = answers.application
        application.round, application.user = round_, people[address]
        application.submitted_at = application.confirmed_at = now
    create_all(list(new.values()))
    return len(new)
