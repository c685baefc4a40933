"""What happens to applications and to alerts: each act once, in one transaction."""

from participants.services.alerts import announce, ask_to_be_told, confirm_alert
from participants.services.applying import (
    apply,
    confirm,
    correct,
    require_correctable,
    withdraw,
)
from participants.services.helping import add_wishes, done_with_words, remind, reopen
from participants.services.links import opens, send_link, sign_in
from participants.services.people import Refused
from participants.services.taking_in import take_in

__all__ = [
    "Refused",
    "add_wishes",
    "announce",
    "apply",
    "ask_to_be_told",
    "confirm",
    "confirm_alert",
    "correct",
    "done_with_words",
    "opens",
    "remind",
    "reopen",
    "require_correctable",
    "send_link",
    "sign_in",
    "take_in",
    "withdraw",
]
