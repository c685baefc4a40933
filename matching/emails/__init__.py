"""What we write to people from matching day on: to each one by name, about their own match only."""

from matching.emails.concerns import CONCERN, concern
from matching.emails.doubles import DOUBLE, double, why_not_a_double
from matching.emails.ending import SURVEY, survey
from matching.emails.heartbeat import (
    BOTH_CHANGE,
    CHECK_IN,
    CHECK_IN_AGAIN,
    HELP_WANTED,
    WRITE_FIRST,
    both_change,
    check_in,
    check_in_again,
    help_wanted,
    write_first,
)
from matching.emails.introducing import (
    GUIDE,
    INTRODUCTION,
    guide,
    introduction,
    why_not_a_seat,
)
from matching.emails.leaving import (
    PAIR_ENDED,
    PARTNER_GONE,
    pair_ended,
    partner_gone,
    why_not_news,
)
from matching.emails.waiting import (
    LEFT_OVER,
    OFFER,
    SET_ASIDE,
    left_over,
    offer,
    offer_key,
    set_aside,
    why_not_an_offer,
    why_not_left_over,
)

__all__ = [
    "BOTH_CHANGE",
    "CHECK_IN",
    "CHECK_IN_AGAIN",
    "CONCERN",
    "DOUBLE",
    "GUIDE",
    "HELP_WANTED",
    "INTRODUCTION",
    "LEFT_OVER",
    "OFFER",
    "PAIR_ENDED",
    "PARTNER_GONE",
    "SET_ASIDE",
    "SURVEY",
    "WRITE_FIRST",
    "both_change",
    "check_in",
    "check_in_again",
    "concern",
    "double",
    "guide",
    "help_wanted",
    "introduction",
    "left_over",
    "offer",
    "offer_key",
    "pair_ended",
    "partner_gone",
    "set_aside",
    "survey",
    "why_not_a_double",
    "why_not_a_seat",
    "why_not_an_offer",
    "why_not_left_over",
    "why_not_news",
    "write_first",
]
