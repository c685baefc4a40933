"""A row of the outbox as the mail that leaves, and a last look at whether it is the one meant."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.charset import QP, Charset
from email.message import EmailMessage as Parsed
from email.message import MIMEPart
from email.utils import parseaddr
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email

from iln.mail.kinds import stop_link
from iln.mail.models import Message

LONGEST_LINE = 998  # RFC 5322, 2.1.1
UTF_8 = Charset("utf-8")
UTF_8.body_encoding = QP  # short lines of ASCII, which every server passes on unchanged
STRUCTURE = {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"}


class NotAsMeant(Exception):
    """The mail that would leave is not the one that its row means."""


class Letter(EmailMultiAlternatives):
    """A mail that is put into bytes once: what was looked at is what leaves."""

    encoding: Any = UTF_8
    meant: dict[str, str]

    @cached_property
    def rendered(self) -> Any:
        return super().message()

    def message(self, **kwargs: Any) -> Any:
        return self.rendered


def letter(message: Message, connection: BaseEmailBackend | None = None) -> Letter:
    """The mail as it leaves: to one address, and always under the same Message-ID."""
    headers = _headers(message)
    mail = Letter(
        message.subject,
        message.text,
        to=[message.address],
        reply_to=[settings.MAIL_REPLY_TO] if settings.MAIL_REPLY_TO else None,
        headers=headers,
        connection=connection,
    )
    mail.meant = headers.copy()  # links in them are signed with the second
    mail.attach_alternative(message.html, "text/html")
    return mail


def _headers(message: Message) -> dict[str, str]:
    headers = {
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office replies
    }
    if link := stop_link(message.recipient_id, message.stream):
        headers["List-Unsubscribe"] = f"<{link}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    return headers


def look_over(mail: Letter, message: Message) -> None:
    """Read the mail back as its reader's program will; raise NotAsMeant where it differs.

    Nobody's words may become a header, a second recipient, or another mail.
    """
    raw = mail.message().as_bytes(linesep="\r\n")
    if any(len(line) > LONGEST_LINE for line in raw.split(b"\r\n")):
        raise NotAsMeant("A line is too long for mail servers.")
    parsed = message_from_bytes(raw, policy=policy.default)
    for name, meant in _meant(mail, message).items():
        # A long word without a space begins on a line of its own.
        found = [value.strip() for value in parsed.get_all(name, [])]
        if found != [meant.strip()]:
            raise NotAsMeant(f"{name} is there {len(found)} times or differs.")
    unmeant = set(parsed.keys()) - set(_meant(mail, message)) - STRUCTURE - {"Date"}
    if unmeant or len(parsed.get_all("Date", [])) != 1:
        raise NotAsMeant(f"Headers that nobody meant: {', '.join(sorted(unmeant))}.")
    _look_over_recipient(mail, message)
    _look_over_body(parsed, message)


def _meant(mail: Letter, message: Message) -> dict[str, str]:
    """The headers that it has, each once."""
    plain = {"Subject": message.subject, **mail.meant}
    addresses = {"From": mail.from_email, "To": message.address}
    if settings.MAIL_REPLY_TO:
        addresses["Reply-To"] = settings.MAIL_REPLY_TO
    return plain | {name: on_the_wire(each) for name, each in addresses.items()}


def on_the_wire(address: str) -> str:
    """An address as a mail's header has it, its host in ASCII, read back."""
    header = Parsed(policy=policy.default)
    name, bare = parseaddr(address)
    bare = sanitize_address(bare, "utf-8")
    header["To"] = f'"{name}" <{bare}>' if name else bare
    return str(header["To"])


def _look_over_recipient(mail: Letter, message: Message) -> None:
    if mail.recipients() != [message.address]:
        raise NotAsMeant("It would go to somebody else.")
    try:
        validate_email(message.address)
    except ValidationError:
        raise NotAsMeant("This is not one mail address.") from None


def _look_over_body(parsed: MIMEPart, message: Message) -> None:
    parts = list(parsed.iter_parts())
    kinds = [part.get_content_type() for part in parts]
    if kinds != ["text/plain", "text/html"] or parsed.defects:
        raise NotAsMeant("It is not one text with its HTML.")
    for part, words in zip(parts, (message.text, message.html), strict=True):
        if _first_line(part.get_content()) != _first_line(words):
            raise NotAsMeant("Its first line is not the one that was written.")


def _first_line(words: str) -> str:
    return next((line for line in words.split("\n") if line.strip()), "").rstrip()
