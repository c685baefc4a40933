"""What we write to people from matching day on: to each one by name, about their own match only."""

from matching.emails.doubles import DOUBLE, double, why_not_a_double
from matching.emails.introducing import (
    GUIDE,
    INTRODUCTION,
    guide,
    introduction,
    why_not_a_seat,
)
from matching.emails.leaving import PARTNER_GONE, partner_gone, why_not_news
from matching.emails.waiting import (
    LEFT_OVER,
    OFFER,
    left_over,
    offer,
    offer_key,
    why_not_an_offer,
    why_not_left_over,
)

__all__ = [
    "DOUBLE",
    "GUIDE",
    "INTRODUCTION",
    "LEFT_OVER",
    "OFFER",
    "PARTNER_GONE",
    "double",
    "guide",
    "introduction",
    "left_over",
    "offer",
    "offer_key",
    "partner_gone",
    "why_not_a_double",
    "why_not_a_seat",
    "why_not_an_offer",
    "why_not_left_over",
    "why_not_news",
]
