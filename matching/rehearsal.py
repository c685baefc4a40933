"""A round to try everything out with: invented people, no mail that leaves, any day one likes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.admin.utils import get_fields_from_path
from django.db import transaction
from django.db.models import DateTimeField, F, Model, Q, QuerySet
from django.utils import timezone

from iln.personal_data import tables
from matching.models import PastPair
from participants.invented.joining import bring
from participants.invented.people import invent
from participants.invented.person import Person
from participants.models import Application, User
from rounds.models import Round

LONGEST_NAME = 100
FORGETFUL = 25  # one person in so many has not confirmed
A_DAY = timedelta(days=1)
MOMENTS = (
    "opens_at",
    "closes_at",
    "confirm_by",
    "matching_at",
    "introduces_at",
    "ends_at",
)


class NotARehearsal(Exception):
    """What was asked for is only done to rehearsals."""


def rehearse(
    round_: Round, *, people: int, seed: int = 1, at: str = "matching_at"
) -> Round:
    """A copy of a round with invented people, on the day when `at` has just passed.

    EmptyVocabulary when there are no words for people to choose from.
    """
    invented = invent(people, seed)
    rehearsal = _copy(round_)
    by = days_until(getattr(rehearsal, at))
    for moment in MOMENTS:
        setattr(rehearsal, moment, getattr(rehearsal, moment) - by)
    rehearsal.save()
    bring(rehearsal, _with_addresses_of(rehearsal, invented))
    some = rehearsal.applications.order_by("pk").values_list("pk", flat=True)
    forgetful = Application.objects.filter(
        pk__in=list(some[FORGETFUL - 1 :: FORGETFUL])
    )
    forgetful.update(confirmed_at=None)
    return rehearsal


def _copy(round_: Round) -> Round:
    """The same dates, levels and settings under another name."""
    taken = set(Round.objects.values_list("slug", flat=True))
    number = next(n for n in count(1) if f"rehearsal-{n}" not in taken)
    copy = Round.objects.get(pk=round_.pk)
    copy.pk, copy._state.adding = None, True
    copy.name = f"Rehearsal {number} of {round_.name}"[:LONGEST_NAME]
    copy.slug = f"rehearsal-{number}"
    copy.published_at, copy.is_rehearsal = None, True
    return copy


def _with_addresses_of(rehearsal: Round, people: Iterable[Person]) -> list[Person]:
    """Nobody is in two rehearsals, or in a real round."""
    people = list(people)
    for person in people:
        local = person.email.partition("@")[0]
        person.email = f"{local}@{_domain(rehearsal)}"
    return people


def _domain(rehearsal: Round) -> str:
    return f"rehearsal-{rehearsal.pk}.invalid"


def people_of(rehearsal: Round) -> QuerySet[User]:
    _require_rehearsal(rehearsal)
    return User.objects.filter(email__endswith=f"@{_domain(rehearsal)}")


def days_until(moment: datetime) -> timedelta:
    """Whole days by which a moment lies ahead, rounded up: clocks stay as they are."""
    return -((timezone.now() - moment) // A_DAY) * A_DAY


def travel_to(rehearsal: Round, day: date) -> None:
    """Make a day of a rehearsal's calendar today."""
    travel(rehearsal, day - timezone.localdate())


@transaction.atomic
def travel(rehearsal: Round, by: timedelta) -> None:
    """Let so much time pass for a rehearsal, and for nothing else.

    All that has a time in it moves into the past by as much; so no clock is ever wrong.
    """
    people = people_of(rehearsal)
    Round.objects.select_for_update(no_key=True).get(pk=rehearsal.pk)
    for model, belongs in _rows(rehearsal, people).items():
        rows = model._default_manager.filter(belongs).values("pk")
        _move(model._default_manager.filter(pk__in=rows), by)
    rehearsal.refresh_from_db()


def _move(rows: QuerySet[Any], by: timedelta) -> None:
    fields = rows.model._meta.concrete_fields
    times = [field.name for field in fields if isinstance(field, DateTimeField)]
    if times:
        rows.update(**{name: F(name) - by for name in times})


def _rows(rehearsal: Round, people: QuerySet[User]) -> dict[type[Model], Q]:
    """By model, which rows are a rehearsal's: its own, and those about its people."""
    belongs: dict[type[Model], Q] = {Round: Q(pk=rehearsal.pk)}
    for relation in Round._meta.related_objects:
        belongs[relation.related_model] = Q(**{relation.field.name: rehearsal.pk})
    for model, lookup in _lookups_to_people():
        about = Q(**{f"{lookup}__in": people})
        belongs[model] = belongs[model] | about if model in belongs else about
    return belongs


def _lookups_to_people() -> Iterator[tuple[type[Model], str]]:
    for table in tables():
        for lookup in table.whose:
            if (
                get_fields_from_path(table.model_class, lookup)[-1].related_model
                is User
            ):
                yield table.model_class, lookup


@transaction.atomic
def dissolve(rehearsal: Round) -> None:
    """Delete a rehearsal with all its people, their mails and their pairs."""
    people = people_of(rehearsal)
    Round.objects.select_for_update().get(pk=rehearsal.pk)
    prints = {person.fingerprint for person in people}
    PastPair.objects.filter(Q(first__in=prints) | Q(second__in=prints)).delete()
    rehearsal.proposals.all().delete()
    people.delete()
    rehearsal.delete()


def _require_rehearsal(round_: Round) -> None:
    if not round_.is_rehearsal:
        raise NotARehearsal(f"{round_} is no rehearsal: people depend on it.")
