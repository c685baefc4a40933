"""A row of the outbox as the mail that leaves, and a last look at whether it is the one meant."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.charset import QP, Charset
from email.header import decode_header, make_header
from email.message import Message as Parsed
from email.utils import getaddresses, parseaddr
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
from iln.mail.returning import return_address

LONGEST_LINE = 998  # RFC 5322, 2.1.1
UTF_8 = Charset("utf-8")
UTF_8.body_encoding = QP  # short lines of ASCII, which every server passes on unchanged
ADDRESSES = {"From", "To", "Reply-To"}
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
    back = return_address(message)
    mail = Letter(
        message.subject,
        message.text,
        back or None,
        to=[message.address],
        reply_to=[settings.MAIL_REPLY_TO] if settings.MAIL_REPLY_TO else None,
        headers=headers | ({"From": settings.DEFAULT_FROM_EMAIL} if back else {}),
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
    parsed = message_from_bytes(raw)
    meant = _meant(mail, message)
    for name, value in meant.items():
        # A long word without a space begins on a line of its own.
        found = [_read(name, each).strip() for each in parsed.get_all(name, [])]
        if found != [value.strip()]:
            raise NotAsMeant(f"{name} is there {len(found)} times or differs.")
    unmeant = set(parsed.keys()) - set(meant) - STRUCTURE - {"Date"}
    if unmeant or len(parsed.get_all("Date", [])) != 1:
        raise NotAsMeant(f"Headers that nobody meant: {', '.join(sorted(unmeant))}.")
    _look_over_recipient(mail, message)
    _look_over_body(parsed, message)


def _meant(mail: Letter, message: Message) -> dict[str, str]:
    """The headers that it has, each once; of addresses, the part that decides."""
    addresses = {"From": settings.DEFAULT_FROM_EMAIL, "To": message.address}
    if settings.MAIL_REPLY_TO:
        addresses["Reply-To"] = settings.MAIL_REPLY_TO
    bare = {name: _on_the_wire(address) for name, address in addresses.items()}
    return {"Subject": message.subject, **mail.meant, **bare}


def _on_the_wire(address: str) -> str:
    """An address as a mail has it, its host in ASCII."""
    return sanitize_address(parseaddr(address)[1], "utf-8")


def _read(name: str, value: str) -> str:
    """A header as a mail program reads it."""
    unfolded = re.sub(r"\r?\n", "", value)
    if name in ADDRESSES:
        return ", ".join(address for _, address in getaddresses([unfolded]))
    if "=?" not in unfolded:
        return unfolded
    return str(make_header(decode_header(unfolded)))


def _look_over_recipient(mail: Letter, message: Message) -> None:
    if mail.recipients() != [message.address]:
        raise NotAsMeant("It would go to somebody else.")
    try:
        validate_email(message.address)
    except ValidationError:
        raise NotAsMeant("This is not one mail address.") from None


def _look_over_body(parsed: Parsed, message: Message) -> None:
    parts: Any = parsed.get_payload() if parsed.is_multipart() else [parsed]
    kinds = [part.get_content_type() for part in parts]
    if kinds != ["text/plain", "text/html"] or parsed.defects:
        raise NotAsMeant("It is not one text with its HTML.")
    for part, words in zip(parts, (message.text, message.html), strict=True):
        arrives = part.get_payload(decode=True).decode()
        if _first_line(arrives) != _first_line(words):
            raise NotAsMeant("Its first line is not the one that was written.")


def _first_line(words: str) -> str:
    return next((line for line in words.split("\n") if line.strip()), "").rstrip()
