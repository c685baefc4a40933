"""The last door before a mail server."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from iln.mail.addresses import is_invented

GO_AHEAD = 354  # the server's answer to DATA, after which a mail's content follows


class Noting:
    """An SMTP conversation that knows whether the present mail's content was handed over."""

    content_begun = False

    def mail(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        self.content_begun = False
        answer: tuple[int, bytes] = super().mail(*args, **kwargs)  # type: ignore[misc]
        return answer

    def getreply(self) -> tuple[int, bytes]:
        code, words = super().getreply()  # type: ignore[misc]
        if code == GO_AHEAD:
            self.content_begun = True
        return code, words


class NotingSMTP(Noting, smtplib.SMTP):
    pass


class NotingSMTPoverTLS(Noting, smtplib.SMTP_SSL):
    pass


class RealPeopleOnly(EmailBackend):
    """SMTP for whoever can exist: mails to invented people stay in the outbox.

    So whatever is tried out with them, and by whichever way a mail comes here, nothing leaves.
    """

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return NotingSMTPoverTLS if self.use_ssl else NotingSMTP

    @property
    def may_have_left(self) -> bool:
        """Whether the server got the last mail's content, however the conversation ended."""
        return isinstance(self.connection, Noting) and self.connection.content_begun

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        leaving = [
            mail for mail in email_messages if not _is_to_somebody_invented(mail)
        ]
        return len(email_messages) if not leaving else super().send_messages(leaving)

    def close(self) -> None:
        """A server that hangs up rudely has heard all it needed."""
        try:
            super().close()
        except OSError:
            self.connection = None


def _is_to_somebody_invented(mail: EmailMessage) -> bool:
    return any(is_invented(address) for address in mail.recipients())
