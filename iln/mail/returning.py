"""A return address for each mail, signed, so that what comes back is known to be ours."""

from __future__ import annotations

import re
from email.message import EmailMessage

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from iln.mail.models import Message

BOX = "returned"
DIGITS = 20  # of the signature, in hex
OURS = re.compile(rf"\b{BOX}\+(\d{{1,18}})-([0-9a-f]{{{DIGITS}}})@", re.IGNORECASE)
ENVELOPE = ("Delivered-To", "X-Original-To", "Envelope-To", "To")


def return_address(message: Message) -> str:
    """Where this message comes back to; empty where returned mails are not taken."""
    domain = settings.MAIL_RETURN_DOMAIN
    return f"{BOX}+{message.pk}-{_signature(message.pk)}@{domain}" if domain else ""


def returned_to(mail: EmailMessage) -> int | None:
    """The message that it was returned for, if the signature is ours."""
    addresses = " ".join(
        str(value) for name in ENVELOPE for value in mail.get_all(name, [])
    )
    for pk, signature in OURS.findall(addresses):
        if constant_time_compare(signature.lower(), _signature(int(pk))):
            return int(pk)
    return None


def _signature(pk: int) -> str:
    return salted_hmac("iln.mail.bounces", str(pk), algorithm="sha256").hexdigest()[
        :DIGITS
    ]
