"""The decision log of a round: who did what to whom, when and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.admin.models import DELETION, LogEntry
from django.db.models import Q, QuerySet

from matching.models import LogLine, Pin, Proposal, Step, Veto
from participants.models import User
from rounds.models import Round

UNDONE = "undone"
KINDS = {**dict(Step.Kind.choices), UNDONE: "undone", **dict(LogLine.Kind.choices)}
FORMER = "a former organiser"
ERASED = "somebody erased"


@dataclass(frozen=True)
class Line:
    """One line of the log, ready to be read."""

    at: datetime
    by: str
    kind: str
    words: str
    people: list[str]
    reason: str


@dataclass(frozen=True)
class Wanted:
    """Which lines somebody looks for; empty is all."""

    kind: str = ""
    author: int | None = None
    person: str = ""
    since: date | None = None
    until: date | None = None

    def of(self, rows: QuerySet[Any], when: str, who: str, people: str) -> Any:
        """Rows by this author, about such a person, on these days."""
        if self.author:
            rows = rows.filter(**{who: self.author})
        if self.person:
            rows = rows.filter(**{f"{people}__icontains": self.person}).distinct()
        if self.since:
            rows = rows.filter(**{f"{when}__date__gte": self.since})
        if self.until:
            rows = rows.filter(**{f"{when}__date__lte": self.until})
        return rows


class Log(Sequence[Line]):
    """The lines of a round, the newest first; only those asked for are read in full."""

    def __init__(self, round_: Round, wanted: Wanted) -> None:
        self.round = round_
        found = [*self._steps(wanted), *self._undone(wanted), *self._lines(wanted)]
        self.keys = sorted(found, reverse=True)

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [*_read(self.keys[place])]
        return next(_read([self.keys[place]]))

    def _steps(self, wanted: Wanted) -> Iterator[tuple[datetime, str, int]]:
        steps = Step.objects.filter(proposal__round=self.round)
        if wanted.kind:
            steps = steps.filter(kind=wanted.kind)
        steps = wanted.of(steps, "made_at", "made_by", "people__name")
        for at, pk in steps.values_list("made_at", "pk"):
            yield at, "step", pk

    def _undone(self, wanted: Wanted) -> Iterator[tuple[datetime, str, int]]:
        if wanted.kind not in ("", UNDONE):
            return
        steps = Step.objects.filter(proposal__round=self.round)
        steps = steps.exclude(undone_at=None)
        steps = wanted.of(steps, "undone_at", "undone_by", "people__name")
        for at, pk in steps.values_list("undone_at", "pk"):
            yield at, UNDONE, pk

    def _lines(self, wanted: Wanted) -> Iterator[tuple[datetime, str, int]]:
        here = Q(round=self.round) | Q(
            round=None, people__applications__round=self.round
        )
        lines = LogLine.objects.filter(here).distinct()
        if wanted.kind:
            lines = lines.filter(kind=wanted.kind)
        lines = wanted.of(lines, "made_at", "made_by", "people__name")
        for at, pk in lines.values_list("made_at", "pk"):
            yield at, "line", pk


def _read(keys: Iterable[tuple[datetime, str, int]]) -> Iterator[Line]:
    keys = list(keys)
    steps = Step.objects.select_related("proposal", "made_by", "undone_by")
    steps = steps.defer("proposal__made_with", "proposal__proof", "proposal__left_over")
    of_steps = steps.prefetch_related("people").in_bulk(
        [pk for _, table, pk in keys if table != "line"]
    )
    lines = LogLine.objects.select_related("made_by").prefetch_related("people")
    of_lines = lines.in_bulk([pk for _, table, pk in keys if table == "line"])
    for at, table, pk in keys:
        if table == "line":
            line = of_lines[pk]
            names = [person.name for person in line.people.all()]
            words, by = line.words, line.made_by
            yield Line(at, _author(by), KINDS[line.kind], words, names, "")
        else:
            yield _of_step(at, table, of_steps[pk])


def _of_step(at: datetime, table: str, step: Step) -> Line:
    names = [person.name for person in step.people.all()] or [ERASED]
    what = f"{step} of {step.proposal}"
    if table == UNDONE:
        words = f"{what} undone: {step.get_kind_display()}."
        return Line(at, _author(step.undone_by), "undone", words, names, step.reason)
    kind = step.get_kind_display()
    return Line(at, _author(step.made_by), kind, f"{what}.", names, step.reason)


def _author(user: User | None) -> str:
    return user.name if user else FORMER


def authors(round_: Round) -> QuerySet[User]:
    """Who has done something in a round."""
    steps = Step.objects.filter(proposal__round=round_)
    ids = {
        *steps.values_list("made_by", flat=True),
        *steps.values_list("undone_by", flat=True),
        *LogLine.objects.filter(Q(round=round_) | Q(round=None)).values_list(
            "made_by", flat=True
        ),
    }
    return User.objects.filter(pk__in=ids - {None}).order_by("name", "pk")


def note(sender: type[LogEntry], instance: LogEntry, **signal: Any) -> None:
    """Have what the admin logs about a round outlive its author's account."""
    model: Any = instance.content_type and instance.content_type.model_class()
    if model not in (Round, Proposal, Pin, Veto) or _is_a_step(instance):
        return
    row = model.objects.filter(pk=instance.object_id).first()
    if row is None:
        return
    line = LogLine.objects.create(
        round=row if model is Round else getattr(row, "round", None),
        kind=model._meta.model_name,
        words=_words(instance, row),
        made_by_id=instance.user_id,
    )
    line.people.set(_people(row, instance.action_flag == DELETION))
    instance.__dict__["line"] = (
        line  # whoever logs it knows more about whom it concerns
    )


def _is_a_step(entry: LogEntry) -> bool:
    """Steps tell of themselves, and more."""
    return entry.change_message.startswith(("Took ", "Undone: ", "Done again: "))


def _words(entry: LogEntry, row: Any) -> str:
    """What was done; without names, which stand beside it only as long as they may."""
    if isinstance(row, Pin | Veto):
        return "Ended." if entry.action_flag == DELETION else f"Decided: {row.reason}"
    message = entry.get_change_message()
    if entry.action_flag == DELETION:
        message = "Deleted."
    return f"{row}: {message}" if isinstance(row, Proposal) else message


def _people(row: Any, is_deleted: bool) -> Iterable[int]:
    """Whom it is about; of a proposal that is deleted, whom its steps were about."""
    if isinstance(row, Proposal) and is_deleted:
        return User.objects.filter(pk__in=row.steps.values("people__user")).values_list(
            "pk", flat=True
        )
    if isinstance(row, Veto):
        return [row.first_id, row.second_id]
    if isinstance(row, Pin):
        people = (row.first, row.second, row.third)
        return [person.user_id for person in people if person]
    return []
