"""A matching made by hand, read from a table as organisers keep it."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from email.utils import parseaddr
from itertools import combinations

from matching.engine import Problem
from matching.engine.judging import Judgement, judge
from matching.models import Pin, Seat
from matching.problems import problem
from participants.forms.fields import shortened
from participants.importing import Unreadable
from participants.models import Application
from participants.names import plain
from rounds.models import Round

DELIMITERS = [",", ";", "\t"]
TITLES = ("mail", "name", "person", "partner")
FROM_PAPER = "From paper"  # why a pair stays together that was read from a table
RULES = {
    "same_country": "{} live in the same country",
    "no_common_language": "{} share no language that both are at ease with",
    "kept_apart": "{} are kept apart, or have been partners before",
    "pinned": "{}: one of them is to stay with somebody else",
    "must": "{}: the second does not meet a must of the first",
    "no_three": "{} did not agree to a group of three",
    "twice": "{} stands on an earlier line already",
}


class Broken(Exception):
    """What is wrong with one line."""


@dataclass
class HandMade:
    """Groups of people, by place among the applications, and the line of each.

    `written`: how the file has the people it names; `problems`: a sentence for each line that
    could not be read.
    """

    applications: Sequence[Application]
    groups: list[list[int]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    written: dict[int, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def called(self, place: int) -> str:
        """A person as the file has them; by number where it does not."""
        return self.written.get(place) or f"application {self.applications[place].pk}"


def read_groups(data: bytes, applications: Sequence[Application]) -> HandMade:
    """Each line names two or three people: by mail address, by name, or by both.

    A first line that names nobody holds titles; where some of them speak of names or mail, only
    those columns are read. Unreadable where the file as a whole is no table.
    """
    people, found = _People(applications), HandMade(applications)
    columns: list[int] | None = None
    for line, text, delimiter in _lines(data):
        try:
            cells = _cells(text, delimiter)
            if columns is None:
                columns = [] if people.are_in(cells) else _columns(cells)
                if columns:
                    continue
            group = people.group(
                [cells[k] for k in columns or range(len(cells)) if k < len(cells)]
            )
        except Broken as broken:
            found.problems.append(f"line {line}: {broken}.")
        else:
            found.groups.append([*group])
            found.lines.append(line)
            found.written = group | found.written
    return found


def asked_by_hand(round_: Round, applications: Sequence[Application]) -> Problem:
    """What the round asks, as it was before its own pairs were published as past partners.

    Pairs that stay together only since they were read from paper may be parted again.
    """
    asked = problem(round_, applications)
    index = {application.pk: place for place, application in enumerate(applications)}
    groups: dict[int, list[int]] = defaultdict(list)
    seats = Seat.objects.filter(application__in=index).exclude(published_at=None)
    for match, application in seats.values_list("match", "application"):
        groups[match].append(index[application])
    own = {frozenset(pair) for g in groups.values() for pair in combinations(g, 2)}
    pins = Pin.objects.filter(round=round_, reason=FROM_PAPER)
    paper = {
        frozenset(index[key] for key in pin.people if key in index) for pin in pins
    }
    return replace(asked, apart=asked.apart - own, together=asked.together - paper)


def judged(round_: Round, by_hand: HandMade, top: int = 10) -> Judgement:
    """How good it is, and what would make it better; ValueError when a pin breaks a rule."""
    return judge(asked_by_hand(round_, by_hand.applications), by_hand.groups, top)


def _lines(data: bytes) -> Iterator[tuple[int, str, str]]:
    """Each line that holds something: its number, the line, and what divides its cells."""
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        words = "not written in UTF-8. Save it as “CSV UTF-8”, and try again."
        raise Unreadable(words) from None
    full = [(n, text) for n, text in enumerate(lines, start=1) if text.strip(" \t,;")]
    if not full:
        raise Unreadable("the file is empty.")
    delimiter = max(DELIMITERS, key=full[0][1].count)
    for line, text in full:
        yield line, text, delimiter


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        [cells] = csv.reader([text], delimiter=delimiter, strict=True)
    except csv.Error:
        raise Broken("the quotation marks do not come in pairs") from None
    return [cell.strip() for cell in cells]


def _columns(titles: Sequence[str]) -> list[int]:
    """The columns that hold people, by their titles; all of them where no title says so."""
    people = [
        k for k, title in enumerate(titles) if any(w in plain(title) for w in TITLES)
    ]
    return people or [*range(len(titles))]


class _People:
    """Who is meant by a mail address or a name."""

    def __init__(self, applications: Sequence[Application]) -> None:
        self.by_address: dict[str, set[int]] = {}
        self.by_name: dict[str, set[int]] = defaultdict(set)
        for place, application in enumerate(applications):
            self.by_address[application.user.email.lower()] = {place}
            self.by_name[plain(application.name)].add(place)

    def meant(self, cell: str) -> set[int]:
        if "@" in cell:
            return self.by_address.get(parseaddr(cell)[1].lower(), set())
        return self.by_name.get(plain(cell), set())

    def are_in(self, cells: Sequence[str]) -> bool:
        return any("@" in cell or self.meant(cell) for cell in cells)

    def group(self, cells: Sequence[str]) -> dict[int, str]:
        """Two or three people, by place, each with the first cell that names them."""
        named = [(shortened(cell), self.meant(cell)) for cell in cells if cell]
        if unknown := [f"“{cell}”" for cell, places in named if not places]:
            words = "nobody with a confirmed application to this round"
            raise Broken(f"{', '.join(unknown)}: {words}")
        clear = {place for _, places in named if len(places) == 1 for place in places}
        group: dict[int, str] = {}
        for cell, places in named:
            sure = places if len(places) == 1 else places & clear
            if len(sure) != 1:
                raise Broken(f"“{cell}” may be any of {len(places)} people")
            group.setdefault(min(sure), cell)
        if len(group) not in (2, 3):
            raise Broken(f"a group has two or three people, not {len(group)}")
        return group
