"""What we write to people: one function, one Message for the outbox."""

from participants.emails.alerts import confirm_alert, round_is_open
from participants.emails.applications import (
    already_applied,
    confirm,
    links,
    receipt,
    reminder,
    reminders,
    wishes_added,
    withdrawn,
)

__all__ = [
    "already_applied",
    "confirm",
    "confirm_alert",
    "links",
    "receipt",
    "reminder",
    "reminders",
    "round_is_open",
    "wishes_added",
    "withdrawn",
]
