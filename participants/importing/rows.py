"""Row by row through the form; the good ones come in, the bad ones are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import transaction

from participants import services
from participants.answers import Answers
from participants.forms import ApplicationForm
from participants.forms.fields import shortened
from participants.importing.cells import column_of, form_data
from participants.importing.table import Row, read_table
from participants.models import Application
from participants.terms import Terms
from rounds.models import Round

LONGEST_REASON = 500
AT_ONCE = 1000  # rows: all of a large file would fill the memory


@dataclass(frozen=True)
class Report:
    """What an import did: how many came in, how many were here, and a line for each bad row."""

    added: int
    already_here: int
    problems: list[str]
    ignored_columns: list[str]


def import_applications(round_: Round, data: bytes, *, dry_run: bool = False) -> Report:
    """Bring the good rows of a CSV file into a round, as confirmed applications."""
    table = read_table(data)
    checked = _check(round_, table.rows)
    good, added, problems = 0, 0, list[str]()
    while batch := list(islice(checked, AT_ONCE)):
        answers = [row for row in batch if isinstance(row, Answers)]
        problems += [row for row in batch if isinstance(row, str)]
        good += len(answers)
        added += _take_in(round_, answers, dry_run)
    return Report(added, good - added, problems, table.ignored)


@transaction.atomic
def _take_in(round_: Round, answers: list[Answers], dry_run: bool) -> int:
    added = services.take_in(round_, answers)
    transaction.set_rollback(dry_run)
    return added


def _check(round_: Round, rows: Iterable[Row]) -> Iterator[Answers | str]:
    """What each row tells us or, where something is wrong with it, a sentence that names it."""
    terms, lines = Terms(), dict[str, int]()
    for row in rows:
        form, found = _fill(round_, row, terms)
        if form and "email" not in found:
            first = lines.setdefault(form.cleaned_data["email"].lower(), row.line)
            if first != row.line:
                found["email"] = f"This address is on line {first} already."
        yield _sentence(row, found) if form is None or found else form.answers()


def _fill(
    round_: Round, row: Row, terms: Terms
) -> tuple[ApplicationForm | None, dict[str, str]]:
    """The row's form, and by column what is wrong with it."""
    if row.problem:
        return None, {}
    data, problems = form_data(row.cells)
    form = ApplicationForm(data, instance=Application(round=round_), terms=terms)
    for field, errors in form.errors.items():
        problems.setdefault(column_of(field), " ".join(map(str, errors)))
    return form, problems


def _sentence(row: Row, problems: dict[str, str]) -> str:
    reasons = "; ".join(f"{column}: {words}" for column, words in problems.items())
    said = f", {reasons}" if reasons else f": {row.problem}."
    return f"line {row.line}" + shortened(said, LONGEST_REASON)
