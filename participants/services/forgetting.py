"""When the time of a round is over: what people told us in it goes."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from iln.mail.models import Message
from iln.personal_data import Comments, Leaving, let_apps_act
from participants.models import Application, OpeningAlert, User
from participants.services.erasing import erase, wipe
from rounds.models import Round


def forget_old_rounds() -> int:
    """Erase what was told in rounds that ended long enough ago; how many applications."""
    now = timezone.now()
    over = Round.objects.filter(ends_at__lt=now).order_by("ends_at")
    return sum(forget(round_) for round_ in over if round_.forget_at <= now)


@transaction.atomic
def forget(round_: Round) -> int:
    """Erase a round's applications and mails, and people of whom nothing else is left.

    The round itself and its figures stay, and the memory of who were partners.
    """
    Round.objects.select_for_update(no_key=True).get(pk=round_.pk)
    people = User.objects.filter(applications__round=round_).order_by("pk")
    keys = list(people.select_for_update().values_list("pk", flat=True))
    applications = Application.objects.filter(round=round_)
    gone = frozenset(applications.values_list("pk", flat=True))
    if not gone:
        return 0
    let_apps_act(Leaving(gone))
    mails = Message.objects.filter(recipient__in=keys, due_at__lte=round_.ends_at)
    mails.delete()
    applications.delete()
    for person in User.objects.filter(pk__in=keys, applications=None):
        if not _is_wanted(person):
            erase(person, Comments.KEEP)
    transaction.on_commit(wipe)
    return len(gone)


def _is_wanted(person: User) -> bool:
    """Whether they are here for something else: as an organiser, or for the next round."""
    waits = OpeningAlert.objects.waiting().with_address(person.email)
    return person.is_staff or person.is_superuser or waits.exists()
