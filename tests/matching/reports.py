"""Lines of a seat's report, as services.propose writes them."""

from __future__ import annotations


def line(aspect, *values, **changes):
    """A wish for which others would lose more; `met=True` makes it one that is met."""
    met = changes.get("met", False)
    return {
        "aspect": aspect,
        "strength": "nice",
        "same_as_mine": not values,
        "values": list(values),
        "met": met,
        "reason": "" if met else "others_lose",
        "asked": 31,
        "offered": 9,
        "possible": 4,
        "price": {} if met else {"wishes": 24},
    } | changes
