"""The kinds of mail there are: where each one's words lie, and how it is looked at again.

Each app declares its kinds in its emails.py, which is imported at start.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import timezone

from iln.mail.models import WORDS, Message

# What template tags leave behind.
BLANK_LINES = re.compile(r"(?:[ \t]*\n){3,}")


def _always(message: Message) -> str:
    return ""


@dataclass(frozen=True)
class Kind:
    """One kind of mail.

    `templates` is the folder of its subject.txt, body.txt and body.html. Two looks are taken
    at a message just before it leaves: `why_not` answers why it is no longer wanted, in
    words for organisers, or with an empty string; `written_anew` composes it from what is
    true by then, for mails that wait long or carry what somebody may take back.
    """

    name: str
    stream: Message.Stream
    templates: str
    why_not: Callable[[Message], str] = _always
    written_anew: Callable[[Message], Message] | None = None

    def compose(
        self,
        key: str,
        to: str | AbstractBaseUser,
        context: dict[str, Any],
        *,
        cause_id: int | None = None,
        due_at: datetime | None = None,
    ) -> Message:
        """An unsaved message to one person; `key` says in words what must happen only once."""
        person = None if isinstance(to, str) else to
        context = {
            "site_url": settings.SITE_URL,
            "network_name": settings.NETWORK_NAME,
            **context,
        }

        def plain(part: str) -> str:
            """Rendered as text, in which an apostrophe is an apostrophe."""
            template = get_template(f"{self.templates}/{part}")
            text: str = template.template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]
            return text

        return Message(
            key=key,
            kind=self.name,
            stream=self.stream,
            cause_id=cause_id,
            recipient=person,  # type: ignore[misc]  # iln does not know which user model it is
            address=to if isinstance(to, str) else to.get_username(),
            subject=" ".join(plain("subject.txt").split()),
            text=BLANK_LINES.sub("\n\n", plain("body.txt")).strip() + "\n",
            html=render_to_string(f"{self.templates}/body.html", context),
            due_at=due_at or timezone.now(),
        )


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known to the outbox."""
    if kind.name in KINDS:
        raise ValueError(f"There are two kinds of mail called {kind.name}.")
    KINDS[kind.name] = kind
    return kind


def why_not(message: Message) -> str:
    """Why a message is no longer wanted."""
    return _kind(message).why_not(message)


def bring_up_to_date(message: Message) -> None:
    """Give a message its present words, and its person's present address."""
    if message.recipient:
        message.address = message.recipient.get_username()
    if written_anew := _kind(message).written_anew:
        fresh = written_anew(message)
        for field in WORDS:
            setattr(message, field, getattr(fresh, field))


def _kind(message: Message) -> Kind:
    if message.kind not in KINDS:
        raise LookupError(f"No app knows this kind of mail: {message.kind}.")
    return KINDS[message.kind]
