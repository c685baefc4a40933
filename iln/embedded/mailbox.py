"""The mailbox of the embedded run: mails stay on this machine, for the organiser to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as Mail
from functools import cached_property
from mailbox import Maildir

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MaildirBackend(BaseEmailBackend):
    """Sends nothing; keeps every mail in MAIL_DIR."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        box = _open()
        for message in email_messages:
            box.add(message.message().as_bytes())
        return len(email_messages)


@dataclass(frozen=True)
class KeptMail:
    """A mail in the mailbox, under the key by which it is found again."""

    key: str
    mail: Mail

    @property
    def to(self) -> str:
        return self.mail["To"]

    @property
    def subject(self) -> str:
        return self.mail["Subject"]

    @property
    def sent_at(self) -> datetime:
        return self.mail["Date"].datetime

    @property
    def headers(self) -> list[tuple[str, str]]:
        return self.mail.items()

    @cached_property
    def text(self) -> str:
        return self._body("plain")

    @cached_property
    def html(self) -> str:
        return self._body("html")

    def _body(self, kind: str) -> str:
        part = self.mail.get_body((kind,))
        return part.get_content() if part else ""


def newest_first() -> list[str]:
    """The keys of all mails; a key begins with the moment it was made."""

    def moment(key: str) -> list[int]:
        return [int(number) for number in re.findall(r"\d+", key)[:4]]

    return sorted(_open().iterkeys(), key=moment, reverse=True)


def find(key: str) -> KeptMail:
    """The mail under this key; KeyError where there is none."""
    return KeptMail(key, message_from_bytes(_open().get_bytes(key), policy=MODERN))


def addressed_to(words: str) -> Iterator[KeptMail]:
    """Mails whose address contains these words, newest first."""
    for mail in map(find, newest_first()):
        if words.lower() in mail.to.lower():
            yield mail


def remove_with(words: Iterable[str]) -> None:
    """Delete every mail to one of these, or with one of these words in it."""
    wanted = [word.casefold() for word in words]
    box = _open()
    for key in newest_first():
        mail = find(key)
        said = f"{mail.to} {mail.subject} {mail.text}".casefold()
        if any(word in said for word in wanted):
            box.discard(key)


MODERN = policy.default


def _open() -> Maildir:
    return Maildir(settings.MAIL_DIR)
