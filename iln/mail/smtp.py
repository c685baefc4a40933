"""What a mail server's no means."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """Why a mail did not leave: the server's code (0 when it said nothing) and words."""

    code: int
    words: str
    permanent: bool

    def __str__(self) -> str:
        return f"{self.code} {self.words}" if self.code else self.words


def refusal(error: OSError) -> Refusal:
    """Read what smtplib raised; all its errors are OSErrors.

    Only a 5xx to the recipient or to the mail itself is for good. One to the greeting, the
    log-in or the sender is about us, and may pass once an organiser has set it right.
    """
    code, words = _answer(error)
    about_this_mail = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
    permanent = code >= 500 and isinstance(error, about_this_mail)
    # The address needs what the server cannot do (SMTPUTF8), and it will not learn it.
    permanent |= isinstance(error, smtplib.SMTPNotSupportedError)
    return Refusal(code, words, permanent)


def _answer(error: OSError) -> tuple[int, str]:
    code: int
    words: bytes | str
    match error:
        case smtplib.SMTPRecipientsRefused():
            [(code, words)] = error.recipients.values()
        case smtplib.SMTPResponseException():
            code, words = error.smtp_code, error.smtp_error
        case _:
            code, words = 0, f"{type(error).__name__}: {error}"
    return code, words if isinstance(words, str) else words.decode(errors="replace")
