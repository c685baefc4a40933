"""Row by row through the form; the good ones come in, the bad ones are named."""

from __future__ import annotations

from dataclasses import dataclass

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
    good, problems = _check(round_, table.rows)
    with transaction.atomic():
        added = services.take_in(round_, good)
        transaction.set_rollback(dry_run)
    return Report(added, len(good) - added, problems, table.ignored)


def _check(round_: Round, rows: list[Row]) -> tuple[list[Answers], list[str]]:
    terms, lines = Terms(), dict[str, int]()
    good, problems = [], []
    for row in rows:
        form, found = _fill(round_, row, terms)
        if form and "email" not in found:
            first = lines.setdefault(form.cleaned_data["email"].lower(), row.line)
            if first != row.line:
                found["email"] = f"This address is on line {first} already."
        if form is None or found:
            problems.append(_sentence(row, found))
        else:
            good.append(form.answers())
    return good, problems


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
