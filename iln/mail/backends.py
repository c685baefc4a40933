"""The last door before a mail server."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from iln.mail.addresses import is_invented


class RealPeopleOnly(EmailBackend):
    """SMTP for whoever can exist: mails to invented people stay in the outbox.

    So whatever is tried out with them, and by whichever way a mail comes here, nothing leaves.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        leaving = [
            mail for mail in email_messages if not _is_to_somebody_invented(mail)
        ]
        return len(email_messages) if not leaving else super().send_messages(leaving)


def _is_to_somebody_invented(mail: EmailMessage) -> bool:
    return any(is_invented(address) for address in mail.recipients())
