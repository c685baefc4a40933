"""What we write to people: one function, one Message for the outbox."""

from participants.emails.account import SCOPE as SIGN_IN_SCOPE
from participants.emails.account import sign_in
from participants.emails.addresses import address_changes, confirm_address
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
from participants.emails.drafts import unfinished, unfinished_lately
from participants.emails.still_in import (
    next_round,
    no_answer,
    place_found,
    still_in,
    still_in_again,
    still_in_answered,
    waiting,
)

__all__ = [
    "SIGN_IN_SCOPE",
    "address_changes",
    "already_applied",
    "confirm",
    "confirm_address",
    "confirm_alert",
    "next_round",
    "no_answer",
    "place_found",
    "receipt",
    "reminder",
    "reminders",
    "round_is_open",
    "sign_in",
    "still_in",
    "still_in_again",
    "still_in_answered",
    "unfinished",
    "unfinished_lately",
    "waiting",
    "wishes_added",
    "withdrawn",
]
