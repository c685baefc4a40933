"""What we write to people: one function, one Message for the outbox."""

from participants.emails.account import SCOPE as SIGN_IN_SCOPE
from participants.emails.account import sign_in
from participants.emails.alerts import confirm_alert, round_is_open
from participants.emails.applications import (
    already_applied,
    confirm,
    receipt,
    reminder,
    reminders,
    wishes_added,
    withdrawn,
)

__all__ = [
    "SIGN_IN_SCOPE",
    "already_applied",
    "confirm",
    "confirm_alert",
    "receipt",
    "reminder",
    "reminders",
    "round_is_open",
    "sign_in",
    "wishes_added",
    "withdrawn",
]
