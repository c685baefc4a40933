"""Links by mail, and what they open."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from sesame.tokens import parse_token

from iln.mail.outbox import queue
from participants import emails
from participants.models import User


def send_link(to: str | User) -> None:
    """Mail somebody a link that signs them in.

    Whether anybody has the address is only looked up when the mail leaves: so this says nothing
    about it, not even by the time it takes.
    """
    queue([emails.sign_in(to)])


def opens(token: str) -> bool:
    """Whether a sign-in link still works; to ask does not use it up."""
    return _of(token) is not None


@transaction.atomic
def sign_in(token: str) -> User | None:
    """Whose link it is, once: with it all their links before this moment are used up."""
    user = _of(token, lock=True)
    if user:
        user.last_login = timezone.now()
        user.save(update_fields=["last_login"])
    return user


def _of(token: str, *, lock: bool = False) -> User | None:
    """Read a token ourselves: sesame's backend would make it a log-in to the admin."""

    def person(pk: int) -> User | None:
        people = User.objects.filter(pk=pk, is_active=True)
        return (people.select_for_update() if lock else people).first()

    found: User | None = parse_token(token, person, scope=emails.SIGN_IN_SCOPE)
    return found
