"""Links to one's own pages, by mail."""

from __future__ import annotations

from django.db import transaction

from iln.mail.outbox import queue
from participants import emails
from participants.models import User


@transaction.atomic
def send_links(address: str) -> None:
    """Mail somebody the links to their applications; strangers get nothing."""
    person = User.objects.with_address(address).first()
    if person and (applications := list(person.applications.current())):
        queue([emails.links(person, applications)])
