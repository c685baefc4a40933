"""What happens to applications and to alerts: each act once, in one transaction."""

from participants.services.account import (
    ask_for_address,
    change_address,
    choose_mails,
    stop_address,
)
from participants.services.alerts import announce, ask_to_be_told, confirm_alert
from participants.services.applying import (
    apply,
    confirm,
    correct,
    require_correctable,
    stand_again,
    withdraw,
)
from participants.services.helping import (
    add_wishes,
    done_with_words,
    remind,
    reopen,
    to_remind,
)
from participants.services.links import opens, send_link, sign_in
from participants.services.people import Refused
from participants.services.still_in import (
    ask_still_in,
    remind_still_in,
    sit_out,
    stay_in,
    tell_next_round,
    tell_silent,
    wait_for_next_round,
)
from participants.services.taking_in import take_in
from participants.services.waiting import place, tell_of_places

__all__ = [
    "Refused",
    "add_wishes",
    "announce",
    "apply",
    "ask_for_address",
    "ask_still_in",
    "ask_to_be_told",
    "change_address",
    "choose_mails",
    "confirm",
    "confirm_alert",
    "correct",
    "done_with_words",
    "opens",
    "place",
    "remind",
    "remind_still_in",
    "reopen",
    "require_correctable",
    "send_link",
    "sign_in",
    "sit_out",
    "stand_again",
    "stay_in",
    "stop_address",
    "take_in",
    "tell_next_round",
    "tell_of_places",
    "tell_silent",
    "to_remind",
    "wait_for_next_round",
    "withdraw",
]
