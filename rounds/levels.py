"""The levels of the best matching that a round may put in an order of its own.

Level 1, the fewest people without a partner, always comes first, and the seeded
draw always last; so neither is listed.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError

LEVELS = {
    "none_met": "the fewest people with none of their wishes met",
    "bad_luck": "the fewest people who are unlucky a second time",
    "wishes": "the most wishes met, everyone's first ones first",
    "hours": "the most hours awake together",
    "new_countries": "countries that are new to people who come back",
}


def default_levels() -> list[str]:
    return list(LEVELS)


def validate_levels(value: object) -> None:
    """Every level once, in any order."""
    if not isinstance(value, list) or sorted(map(str, value)) != sorted(LEVELS):
        raise ValidationError(
            "Name each of these once, the most important first: "
            + ", ".join(LEVELS)
            + "."
        )
