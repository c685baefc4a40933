"""One click that stops the mails of one stream for one person (RFC 8058)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.urls import reverse

from iln.mail.models import Message, Unsubscribed

SALT = "iln.mail.unsubscribing"
Stream = Message.Stream
# Answers to somebody's own act always come, and so do alerts, which are an organiser's work.
STOPPABLE = {Stream.ROUND, Stream.TOPICS, Stream.COMMENTS}


def link(person: int, stream: str) -> str:
    """Where somebody stops the mails of a stream, without a log-in."""
    token = signing.dumps([person, stream], salt=SALT)
    return settings.SITE_URL + reverse("mail:stop", args=[token])


def read(token: str) -> tuple[int, Stream]:
    """Who wants no mail of which stream; raises BadSignature. It works as long as the mail is kept."""
    person, stream = signing.loads(token, salt=SALT)
    if stream not in STOPPABLE:
        raise signing.BadSignature("No such stream can be stopped.")
    return person, Stream(stream)


@transaction.atomic
def stop(person: int, stream: Stream) -> None:
    """Stop a stream for good. Whoever has been erased meanwhile gets no mail anyway."""
    people = get_user_model()._base_manager.select_for_update()
    if recipient := people.filter(pk=person).first():
        Unsubscribed.objects.update_or_create(
            recipient=recipient, stream=stream, defaults={"until": None}
        )
