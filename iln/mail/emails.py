"""What the outbox itself writes to organisers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from iln.mail.kinds import Kind, register
from iln.mail.models import Message

FOLDER = "mail/emails"
TRIED = register(Kind("wording test", Message.Stream.ALERTS, f"{FOLDER}/tried"))


def tried(example: Message, by: AbstractBaseUser) -> Message:
    """An example of a mail, to the organiser who looks at it, each time they ask."""
    return TRIED.compose(
        f"{TRIED.name}, organiser {by.pk}, {timezone.now()}",
        by,
        {"mail": example},
    )


def organisers() -> Iterable[Any]:
    """Everybody who may do something about the outbox."""
    staff = get_user_model()._default_manager.filter(is_staff=True, is_active=True)
    return [one for one in staff.order_by("pk") if one.has_perm("mail.change_message")]
