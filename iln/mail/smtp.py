"""What a mail server's no means: for this mail, or for all of them."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass

from iln.mail.models import Pause

ANSWERED = range(200, 600)
GOING_AWAY = 421  # RFC 5321, 3.8: it hangs up after this
TOO_LARGE = 552
LOG_IN_FIRST = {530, 534, 535, 538}  # RFC 4954
WORDS_KEPT = 500


@dataclass(frozen=True)
class Answer:
    """What the server said about a mail: its code (0 when it said nothing) and words."""

    code: int
    words: str
    permanent: bool = False

    def __str__(self) -> str:
        return f"{self.code} {self.words}" if self.code > 0 else self.words

    @property
    def is_answer(self) -> bool:
        """Whether it said yes or no in so many words, so that nobody need wonder."""
        return self.code in ANSWERED

    @property
    def hung_up(self) -> bool:
        return not self.is_answer or self.code == GOING_AWAY


YES = Answer(250, "OK")


def refusal(error: OSError) -> Answer:
    """Read what smtplib raised; all its errors are OSErrors.

    Only a 5xx to the recipient or to the mail itself is for good.
    """
    code, words = _answer(error)
    about_this_mail = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
    permanent = code >= 500 and isinstance(error, about_this_mail)
    # The address needs what the server cannot do (SMTPUTF8), and it will not learn it.
    permanent |= isinstance(error, smtplib.SMTPNotSupportedError)
    permanent |= _is_too_large(error)
    return Answer(code, words[:WORDS_KEPT], permanent)


def fault_on_opening(error: OSError) -> Pause.Why:
    """What is wrong where not even a connection came about."""
    if isinstance(error, ssl.SSLError):
        return Pause.Why.ENCRYPTION
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Pause.Why.LOG_IN
    if isinstance(error, smtplib.SMTPNotSupportedError):
        starting = "STARTTLS" in str(error)
        return Pause.Why.ENCRYPTION if starting else Pause.Why.LOG_IN
    return Pause.Why.AWAY


def fault_on_sending(error: OSError) -> Pause.Why | None:
    """What is wrong with us rather than with this mail; None when it is about the mail.

    Every mail has the same sender, so a no to it would be a no to all of them.
    """
    code, _ = _answer(error)
    if isinstance(error, smtplib.SMTPHeloError):
        return Pause.Why.AWAY
    if code in LOG_IN_FIRST:
        return Pause.Why.LOG_IN
    if isinstance(error, smtplib.SMTPSenderRefused) and not _is_too_large(error):
        return Pause.Why.SENDER if code >= 500 else Pause.Why.AWAY
    return None


def _is_too_large(error: OSError) -> bool:
    """The size is said together with the sender (RFC 1870), but is this mail's own."""
    return isinstance(error, smtplib.SMTPSenderRefused) and (
        error.smtp_code == TOO_LARGE
    )


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
