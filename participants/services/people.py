"""Whose application it is, locked before anything changes."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet
from django.db.models.functions import Lower

from participants.answers import Answers
from participants.models import Application, User


class Refused(Exception):
    """What was asked for is not possible any more; the message says why, to the person."""


def person_with(address: str) -> User:
    """Whose address it is, locked, so that one person's applications come one by one.

    In the same steps for strangers as for people we know.
    """
    new = User(
        email=User.objects.normalize_email(address), password=make_password(None)
    )
    User.objects.bulk_create([new], ignore_conflicts=True)
    return User.objects.with_address(address).select_for_update().get()


def people_with(by_address: Mapping[str, Answers]) -> dict[str, User]:
    """Everybody by address, locked as in apply(), after making those who are new."""
    User.objects.bulk_create(
        (
            User(
                email=answers.email,
                name=answers.application.name,
                password=make_password(None),
            )
            for answers in by_address.values()
        ),
        ignore_conflicts=True,
    )
    people = User.objects.annotate(address=Lower("email")).select_for_update()
    found = people.filter(address__in=sorted(by_address)).order_by("pk")
    return {person.address: person for person in found}


def locked(application: Application) -> Application:
    """As it is now; the person is locked first, as in apply(), so that nobody waits in a ring."""
    User.objects.select_for_update().get(pk=application.user_id)
    return rows_to_change().get(pk=application.pk)


def locked_batch(applications: QuerySet[Application], limit: int) -> list[Application]:
    """Up to so many of these, as they are now, after locking their people first.

    Whatever somebody else has done with one of them meanwhile, they are no longer among these.
    """
    users = sorted(applications.order_by().values_list("user_id", flat=True)[:limit])
    people = User.objects.filter(pk__in=users).order_by("pk")
    list(people.select_for_update().values_list("pk"))
    rows = applications.filter(user__in=users).order_by("pk")[:limit]
    return list(rows.select_related("round", "user").select_for_update(of=("self",)))


def rows_to_change() -> QuerySet[Application]:
    rows = Application.objects.select_related("round", "user")
    return rows.select_for_update(of=("self",))
