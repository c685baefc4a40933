"""From the cells of a row to what the form expects, without judging it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.datastructures import MultiValueDict

from participants.forms.rows import CHANNEL_ROWS, LANGUAGE_ROWS, VISIBLE_CODES
from participants.forms.wishes import NONE, SAME, SAME_CODES, THESE
from participants.models import Wish
from participants.names import plain

SIMPLE = ["name", "email", "country", "time_zone", "workplace", "role"]
SIMPLE += ["career_stage", "about", "wishes_text"]
NO_PREFERENCE = {"", "any", "none", "nopreference"}
YES, NO = {"", "yes", "y", "true", "1", "on"}, {"no", "n", "false", "0", "off"}
IN_BRACKETS = re.compile(r"^(.*)\(([^()]*)\)$", re.DOTALL)
HOURS = re.compile(r"\s*(h|hours?)$", re.IGNORECASE)

Problems = dict[str, str]


def form_data(cells: Mapping[str, str]) -> tuple[MultiValueDict[str, str], Problems]:
    """The form's data, and by column what a form could not even be told."""
    problems: Problems = {}
    data = {name: [cells.get(name, "")] for name in SIMPLE}
    data |= {"agree_conduct": ["on"], "agree_data": ["on"]}
    data |= {"interests": _split(cells.get("interests", ""))}
    data |= _languages(cells.get("languages", ""), problems)
    data |= _channels(cells.get("channels", ""), problems)
    data |= _three(cells.get("accepts_three", ""), problems)
    for aspect in Wish.Aspect:
        data |= _wish(f"wish_{aspect}", cells.get(f"wish_{aspect}", ""))
    return MultiValueDict(data), problems


def column_of(field: str) -> str:
    """The column that a form's field was read from."""
    if field.startswith(("language_", "comfort_")):
        return "languages"
    if field.startswith(("channel_", "handle_", "visible_")):
        return "channels"
    return field.removesuffix("_values").removesuffix("_strength")


def _split(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[|;]", cell) if part.strip()]


def _languages(cell: str, problems: Problems) -> dict[str, list[str]]:
    parts = _split(cell)
    if len(parts) > len(LANGUAGE_ROWS):
        problems["languages"] = f"At most {len(LANGUAGE_ROWS)} languages, please."
    data: dict[str, list[str]] = {}
    for n, part in zip(LANGUAGE_ROWS, parts, strict=False):
        language, _, comfort = part.partition(":")
        data |= {f"language_{n}": [language], f"comfort_{n}": [comfort]}
    return data


def _channels(cell: str, problems: Problems) -> dict[str, list[str]]:
    parts = _split(cell)
    if len(parts) > len(CHANNEL_ROWS):
        problems["channels"] = f"At most {len(CHANNEL_ROWS)} ways, please."
    data: dict[str, list[str]] = {}
    for n, part in zip(CHANNEL_ROWS, parts, strict=False):
        kind, _, handle = part.partition(":")
        visible = ""
        found = IN_BRACKETS.match(handle)
        if found and plain(found[2]) in VISIBLE_CODES:  # not the 0 in +44 (0)
            handle, visible = found.groups()
        data |= {
            f"channel_{n}": [kind],
            f"handle_{n}": [handle],
            f"visible_{n}": [visible],
        }
    return data


def _three(cell: str, problems: Problems) -> dict[str, list[str]]:
    answer = plain(cell)
    if answer not in YES | NO:
        problems["accepts_three"] = "Write yes or no."
    return {"accepts_three": ["on"]} if answer in YES else {}


def _wish(name: str, cell: str) -> dict[str, list[str]]:
    if plain(cell) in NO_PREFERENCE:
        return {name: [NONE]}
    first, colon, rest = cell.partition(":")
    strength, wanted = (first, rest) if colon else ("", cell)
    data = {f"{name}_strength": [strength]}
    if name == f"wish_{Wish.Aspect.HOURS}":
        return data | {name: [HOURS.sub("", wanted.strip())]}
    if SAME_CODES.get(plain(wanted)) == SAME:
        return data | {name: [SAME]}
    return data | {name: [THESE], f"{name}_values": _split(wanted)}
