"""What may be typed into a line or a text, in any script."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError

# Besides line ends and tabs, none of these can be shown, nor be written to a feed.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
# They turn the direction of whatever comes after them, other people's words included.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Letters and symbols by category, blank to the eye.
FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def validate_no_control_characters(value: str) -> None:
    if found := CONTROL.search(value):
        before = value[max(0, found.start() - 20) : found.start()].split()
        where = f"after “{' '.join(before)}”" if before else "at the beginning"
        raise ValidationError(
            f"There is an invisible character here that cannot be shown "
            f"(U+{ord(found.group()):04X}, {where}). Please delete it.",
            code="control_character",
        )


def validate_visible(value: str) -> None:
    """Refuse what is made of spaces, marks and zero-width characters only."""
    if all(
        character in FILLERS or unicodedata.category(character)[0] in "CMZ"
        for character in value
    ):
        raise ValidationError(
            "Please write something that others can see.", code="invisible"
        )


def one_line(value: str) -> str:
    """A name as it is stored: composed, in one line, unable to turn what follows."""
    return unicodedata.normalize("NFC", " ".join(TURNING.sub("", value).split()))


def paragraphs(value: str) -> str:
    """A text as it is stored: plain line ends, unable to turn what follows."""
    lines = TURNING.sub("", value).replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"\n{3,}", "\n\n", lines).strip()
