"""What the outbox itself writes to organisers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse
from django.utils import timezone

from iln.mail.kinds import Kind, register
from iln.mail.models import Message

FOLDER = "mail/emails"
LATE_AFTER = timedelta(minutes=5)


def late_since() -> datetime | None:
    """When the oldest mail was due that should have left minutes ago."""
    waiting = Message.objects.due().exclude(kind=LATE.name).order_by("due_at")
    oldest = waiting.values_list("due_at", flat=True).first()
    return oldest if oldest and oldest < timezone.now() - LATE_AFTER else None


def _in_time(message: Message) -> str:
    return "" if late_since() else "Mails leave in time again."


TRIED = register(Kind("wording test", Message.Stream.ALERTS, f"{FOLDER}/tried"))
LATE = register(
    Kind("mails are late", Message.Stream.ALERTS, f"{FOLDER}/late", why_not=_in_time)
)
BROKEN = register(Kind("broken words", Message.Stream.ALERTS, f"{FOLDER}/broken"))

RETURNED = register(
    Kind("mails came back", Message.Stream.ALERTS, f"{FOLDER}/returned")
)


def tried(example: Message, by: AbstractBaseUser) -> Message:
    """An example of a mail, to the organiser who looks at it, each time they ask."""
    key = f"{TRIED.name}, organiser {by.pk}, {timezone.now()}"
    return TRIED.compose(key, by, {"mail": example})


def late(to: AbstractBaseUser) -> Message:
    """That mails do not leave, once an hour."""
    key = f"{LATE.name}, organiser {to.pk}, {timezone.now():%Y-%m-%d %H} h"
    return _alert(LATE, key, to, "mail_message_changelist", since=late_since())


def broken(to: AbstractBaseUser, names: Sequence[str]) -> Message:
    """That shipped words go out instead of theirs, once a day."""
    key = f"{BROKEN.name}, organiser {to.pk}, {timezone.localdate()}"
    return _alert(BROKEN, key, to, "mail_wording_changelist", names=names)


def returned(to: AbstractBaseUser) -> Message:
    """That mails come back for good, once a day; whose they are stands in the admin only."""
    key = f"{RETURNED.name}, organiser {to.pk}, {timezone.localdate()}"
    return _alert(RETURNED, key, to, "mail_returned_changelist")


def _alert(
    kind: Kind, key: str, to: AbstractBaseUser, page: str, **context: Any
) -> Message:
    link = f"{settings.SITE_URL}{reverse(f'admin:{page}')}"
    return kind.compose(key, to, context | {"organiser": to, "link": link})


def organisers() -> list[Any]:
    """Everybody who may do something about the outbox."""
    staff = get_user_model()._default_manager.filter(is_staff=True, is_active=True)
    return [one for one in staff.order_by("pk") if one.has_perm("mail.change_message")]
