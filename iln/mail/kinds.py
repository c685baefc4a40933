"""The kinds of mail there are: where each one's words lie, and how it is looked at again.

Each app declares its kinds in its emails.py, which is imported at start.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import timezone

from iln.mail import unsubscribing
from iln.mail.models import WORDS, Message, Returned, Unsubscribed
from iln.mail.own_words import own_words
from iln.mail.wording import html_parts, subject_of, text_parts

SECRET = "Only its reader may see what it says, so its words are not kept."  # noqa: S105
NOT_YET = "It will be written when it leaves."
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
    true by then, for mails that wait long or carry what somebody may take back. A mail that
    is `secret`, since it lets its reader in, leaves no words in the outbox. Whoever has
    unsubscribed from a stream still gets those of its mails that are `needed`. Where a
    sender dies at the wrong moment, nobody knows whether a mail left: it goes again, since a
    second copy is better than none, or it is held for an organiser where it is not (`doubtful`).
    """

    name: str
    stream: Message.Stream
    templates: str
    why_not: Callable[[Message], str] = _always
    written_anew: Callable[[Message], Message] | None = None
    secret: bool = False
    needed: bool = False
    doubtful: Literal["resend", "hold"] = "resend"

    def blank(
        self, key: str, to: str | AbstractBaseUser, *, cause_id: int | None = None
    ) -> Message:
        """An unsaved message that is written only when it leaves, by `written_anew`.

        So a request takes as long for people we know as for strangers.
        """
        return Message(
            key=key,
            kind=self.name,
            stream=self.stream,
            cause_id=cause_id,
            **_addressed(to),
            subject=self.name.capitalize(),
            text=SECRET if self.secret else NOT_YET,
        )

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
        context = {
            "site_url": settings.SITE_URL,
            "network_name": settings.NETWORK_NAME,
            "stop_url": "" if isinstance(to, str) else stop_link(to.pk, self.stream),
            **context,
        }

        own = own_words(self.name, _language(to))

        def plain(part: str) -> str:
            """Rendered as text, in which an apostrophe is an apostrophe."""
            template = get_template(f"{self.templates}/{part}")
            around = {**context, "own_words": text_parts(own, self.templates, context)}
            text: str = template.template.render(Context(around, autoescape=False))  # type: ignore[attr-defined]
            return text

        subject = subject_of(own, self.templates, context) or plain("subject.txt")

        return Message(
            key=key,
            kind=self.name,
            stream=self.stream,
            cause_id=cause_id,
            **_addressed(to),
            subject=" ".join(subject.split()),
            text=BLANK_LINES.sub("\n\n", plain("body.txt")).strip() + "\n",
            html=render_to_string(
                f"{self.templates}/body.html",
                {**context, "own_words": html_parts(own, self.templates, context)},
            ),
            due_at=due_at or timezone.now(),
        )


def _addressed(to: str | AbstractBaseUser) -> dict[str, Any]:
    if isinstance(to, str):
        return {"recipient": None, "address": to}
    return {"recipient": to, "address": to.get_username()}


def _language(to: str | AbstractBaseUser) -> str:
    language: str = getattr(to, "language", settings.LANGUAGE_CODE)
    return language


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known to the outbox."""
    if kind.name in KINDS:
        raise ValueError(f"There are two kinds of mail called {kind.name}.")
    KINDS[kind.name] = kind
    return kind


def why_not(message: Message) -> str:
    """Why a message is no longer wanted."""
    kind = _kind(message)
    return (
        kind.why_not(message)
        or ("" if kind.needed else _unsubscribed(message))
        or _suspended(message)
    )


def _suspended(message: Message) -> str:
    """Answers to one's own act are sent all the same: perhaps the mailbox is back."""
    if message.stream == Message.Stream.ACCOUNT:
        return ""
    person = message.recipient
    address = person.get_username() if person else message.address
    back = Returned.objects.hard().to(address).exists()
    return "Mails to this address come back." if back else ""


def _unsubscribed(message: Message) -> str:
    mine = Unsubscribed.objects.now().filter(stream=message.stream)
    stopped = mine.filter(recipient=message.recipient_id or 0).first()
    if stopped is None:
        return ""
    return f"Unsubscribed from this stream{stopped.how_long}."


def can_be_stopped(stream: str) -> bool:
    """Whether there are mails of this stream that somebody may do without."""
    return any(kind.stream == stream and not kind.needed for kind in KINDS.values())


def stop_link(person: int | None, stream: str) -> str:
    """Where somebody stops the mails of a stream at once; empty where nobody can."""
    stoppable = stream in unsubscribing.STOPPABLE and can_be_stopped(stream)
    return unsubscribing.link(person, stream) if person and stoppable else ""


def bring_up_to_date(message: Message) -> None:
    """Give a message its present words, and its person's present address."""
    if message.recipient:
        message.address = message.recipient.get_username()
    if written_anew := _kind(message).written_anew:
        fresh = written_anew(message)
        for field in ("recipient", "address", *WORDS):
            setattr(message, field, getattr(fresh, field))


def leaves_once_at_most(message: Message) -> bool:
    """Whether a second copy is worse than none."""
    return _kind(message).doubtful == "hold"


def is_secret(message: Message) -> bool:
    """Whether nobody but its reader may see its words."""
    return _kind(message).secret


def _kind(message: Message) -> Kind:
    if message.kind not in KINDS:
        raise LookupError(f"No app knows this kind of mail: {message.kind}.")
    return KINDS[message.kind]
