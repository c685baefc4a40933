"""From the bytes of a CSV file to rows of named cells, with their line numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from participants.forms.fields import shortened
from participants.names import plain

REQUIRED = [
    "name",
    "email",
    "country",
    "languages",
    "workplace",
    "role",
    "career_stage",
    "interests",
    "about",
]
OPTIONAL = [
    "time_zone",
    "accepts_three",
    "wish_country",
    "wish_workplace",
    "wish_role",
    "wish_career_stage",
    "wish_interests",
    "wish_language",
    "wish_hours",
    "wishes_text",
    "channels",
]
SYNONYMS = {
    "fullname": "name",
    "yourname": "name",
    "mail": "email",
    "emailaddress": "email",
    "mailaddress": "email",
    "countryofresidence": "country",
    "tz": "time_zone",
    "language": "languages",
    "kindofworkplace": "workplace",
    "typeoflibrary": "workplace",
    "position": "role",
    "job": "role",
    "stage": "career_stage",
    "interest": "interests",
    "aboutme": "about",
    "aboutyou": "about",
    "groupofthree": "accepts_three",
    "wishlanguages": "wish_language",
    "wishcountries": "wish_country",
    "wishinterest": "wish_interests",
    "wishhoursawake": "wish_hours",
    "wishtext": "wishes_text",
    "channel": "channels",
}
COLUMNS = {plain(name): name for name in [*REQUIRED, *OPTIONAL]} | SYNONYMS
DELIMITERS = [",", ";", "\t"]


class Unreadable(Exception):
    """The file as a whole cannot be read; the message says what to do."""


@dataclass(frozen=True)
class Row:
    """One record and the line it begins on; with a problem, its cells could not be told apart."""

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """The titles that were left out, and the records, which are read as they are asked for."""

    ignored: list[str]
    rows: Iterator[Row]


def read_table(data: bytes) -> Table:
    lines = _lines(data)
    at = next((n for n, line in enumerate(lines) if _is_header(line)), None)
    if at is None:
        raise Unreadable("The file is empty.")
    try:
        delimiter = _delimiter(lines[at])
        titles, start = _record(lines, at, delimiter)
    except csv.Error:
        words = "The quotation marks in the first line do not come in pairs."
        raise Unreadable(words) from None
    names, ignored = _columns(titles)
    return Table(ignored, _rows(lines, start, delimiter, names))


def _lines(data: bytes) -> list[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(
            f"Line {line} is not written in UTF-8. Save the file as “CSV UTF-8” "
            "in your spreadsheet, and try again."
        ) from None
    return io.StringIO(text, newline="").readlines()


def _is_header(line: str) -> bool:
    """Whether it is the first line of words; some spreadsheets begin with “sep=;”."""
    return bool(line.strip(" \r\n\t,;")) and not line.lower().startswith("sep=")


def _delimiter(header: str) -> str:
    """The one that finds the most columns that we know."""

    def known(delimiter: str) -> int:
        titles = next(csv.reader([header], delimiter=delimiter))
        return sum(plain(title) in COLUMNS for title in titles)

    return max(DELIMITERS, key=known)


def _columns(titles: list[str]) -> tuple[list[str], list[str]]:
    """The name of each column, empty where it is not ours; and the titles left out."""
    names = [COLUMNS.get(plain(title), "") for title in titles]
    unknown = [
        shortened(title)
        for title, name in zip(titles, names, strict=True)
        if title.strip() and not name
    ]
    problems = [words for title in unknown if (words := _misspelt(title, names))]
    problems += [
        f"There is no column “{name}”." for name in REQUIRED if name not in names
    ]
    problems += [
        f"The column “{name}” is there twice."
        for name in dict.fromkeys(names)
        if name and names.count(name) > 1
    ]
    if problems:
        raise Unreadable(" ".join(problems))
    return names, unknown


def _misspelt(title: str, names: list[str]) -> str:
    """What to say of a title that looks like a column which is not there otherwise."""
    missing = [name for name in [*REQUIRED, *OPTIONAL] if name not in names]
    alike = get_close_matches(title.lower(), missing, n=1, cutoff=0.75)
    return (
        f"The column “{title}” is not known. Did you mean “{alike[0]}”?"
        if alike
        else ""
    )


def _rows(
    lines: list[str], start: int, delimiter: str, names: list[str]
) -> Iterator[Row]:
    while start < len(lines):
        line = start + 1
        try:
            cells, start = _record(lines, start, delimiter)
        except csv.Error as error:
            start += 1  # so that one stray quote does not swallow the rows after it
            yield Row(line, problem=_reason(error))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(names) :]):
            words = f"there are {len(cells)} cells, but {len(names)} columns"
            yield Row(line, problem=f"{words}; put texts with “{delimiter}” in quotes")
            continue
        yield Row(line, {n: c.strip() for n, c in zip(names, cells, strict=False) if n})


def _reason(error: csv.Error) -> str:
    words = "the quotation marks do not come in pairs"
    if "field limit" not in str(error):
        return words
    return f"a cell holds more than {csv.field_size_limit():,} letters, or {words}"


def _record(lines: list[str], start: int, delimiter: str) -> tuple[list[str], int]:
    """The cells of the record that begins on a line, and where the next one begins."""
    rest = (lines[n] for n in range(start, len(lines)))
    reader = csv.reader(rest, delimiter=delimiter, strict=True)
    return next(reader), start + reader.line_num
