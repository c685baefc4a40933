"""Everything we hold about somebody, for themselves, as the registry of personal data lists it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, ManyToManyField, Max, Model
from django.utils import timezone
from django.utils.text import capfirst

from iln.personal_data import Table, tables
from participants.models import Access, User

# What spreadsheets would take for a formula (OWASP, "CSV injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r")
WITHHELD = "what we do not hand out here"


def export(person: User) -> dict[str, Any]:
    """All rows about one person, with what each field means, and nobody else's data.

    Mails are theirs as they got them: a partner's address in one was told to them by it.
    Whatever else may be about other people is left out, and the export says so.
    """
    return {
        "network": settings.NETWORK_NAME,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "looks_by_organisers": looks(person),
        "tables": {
            table.model: _table(table, person) for table in tables() if table.whose
        },
    }


def looks(person: User) -> dict[str, Any]:
    """How often organisers looked at somebody's data, and when last, by page."""
    rows = Access.objects.filter(person=person)
    pages = rows.order_by("where").values("where").annotate(last=Max("seen_at"))
    return {"count": rows.count(), "pages": list(pages)}


def _table(table: Table, person: User) -> dict[str, Any]:
    about = {
        "name": _title(table.model_class),
        "kept": table.kept,
        WITHHELD: table.withheld_as_a_whole or dict(table.withheld),
    }
    if table.withheld_as_a_whole:
        return about | {"fields": {}, "rows": []}
    fields = {
        name: meaning
        for name, meaning in table.personal.items()
        if name not in table.withheld
    }
    rows = table.rows_of(person).filter(**table.told_when).order_by("pk")
    return about | {
        "fields": fields,
        "rows": [{name: _value(row, name) for name in fields} for row in rows],
    }


def _title(model: type[Model]) -> str:
    return capfirst(str(model._meta.verbose_name_plural))


def _value(row: Model, name: str) -> Any:
    """A field as JSON: words of ours by their label, other rows by their number."""
    field: Field[Any, Any] = row._meta.get_field(name)  # type: ignore[assignment]
    if isinstance(field, ManyToManyField):
        return [_named(other) for other in getattr(row, name).all()]
    if field.is_relation:
        return _named(getattr(row, name))
    value = getattr(row, name)
    return value if isinstance(value, bool | int | list | dict | None) else str(value)


def _named(other: Model | None) -> str | int | None:
    """A round or a word of the vocabulary by name; what may name a person by its number."""
    if other is None:
        return None
    personal = {table.model for table in tables() if table.personal}
    return other.pk if other._meta.label in personal else str(other)


def as_json(person: User) -> str:
    found = export(person)
    return json.dumps(found, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder)


def as_zip(person: User) -> bytes:
    """The same as one CSV file per table, and one that says what the columns mean."""
    found = export(person)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for model, table in found["tables"].items():
            if table["rows"]:
                rows = (row.values() for row in table["rows"])
                archive.writestr(f"{model}.csv", _csv(table["fields"], rows))
        archive.writestr("what-it-means.csv", _csv(MEANINGS, _meanings(found)))
    return file.getvalue()


MEANINGS = ["table", "column", "what it is"]


def _meanings(found: dict[str, Any]) -> Iterator[list[str]]:
    for model, table in found["tables"].items():
        yield [model, "", f"{table['name']}, kept {table['kept']}"]
        for name, meaning in table["fields"].items():
            yield [model, name, meaning]
        withheld = table[WITHHELD]
        if isinstance(withheld, str):
            yield [model, "", f"not handed out here: {withheld}"]
        else:
            for name, reason in withheld.items():
                yield [model, name, f"not handed out here: {reason}"]


def _csv(header: Any, rows: Any) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return "\ufeff" + file.getvalue()  # by which spreadsheets know UTF-8


def _cell(value: Any) -> str:
    """One cell, which no spreadsheet takes for a formula."""
    if isinstance(value, list | dict):
        words = json.dumps(value, ensure_ascii=False)
    else:
        words = "" if value is None else str(value)
    return f"'{words}" if words.startswith(FORMULA) else words
