"""To erase a person: from every table, every mail, every line that names them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import EmailField, Q
from django.db.models.functions import Lower
from django.utils import timezone

from iln.personal_data import ERASED, Comments, Leaving, Table, let_apps_act, tables
from participants.models import Channel, User
from participants.services.people import Refused
from rounds.models import Round

SHORTEST_MARK = 6  # of a number or name that is looked for in other people's rows


@transaction.atomic
def erase(person: User, comments: Comments) -> None:
    """Erase a person for good; `comments` says what becomes of what they said in public.

    Each app acts first: partners are told, and what others keep names nobody. What remains
    is the keyed fingerprint of past partners, and no way back from it.
    """
    person = _locked(person)
    applications = frozenset(person.applications.values_list("pk", flat=True))
    former = former_addresses(person)
    leaving = Leaving(applications, person, marks(person), comments, former)
    let_apps_act(leaving)
    _unname_admin_log(person)
    unname(leaving.marks)
    _delete_rows(person, former)
    _end_sessions(person)
    person.delete()
    transaction.on_commit(wipe)


def _locked(person: User) -> User:
    """The person as they are now; locked after their rounds, and before their applications.

    So does publishing, so nobody waits in a ring.
    """
    rounds = Round.objects.filter(pk__in=person.applications.values("round"))
    list(rounds.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    found = User.objects.select_for_update().filter(pk=person.pk).first()
    if found is None:
        raise Refused("This person has been erased already.")
    if found.is_staff or found.is_superuser:
        raise Refused(
            "This person is an organiser. Another organiser must take that away first: "
            "in the admin, under “People”."
        )
    rows = found.applications.order_by("pk")
    list(rows.select_for_update().values_list("pk"))
    return found


def marks(person: User) -> tuple[str, ...]:
    """Words by which they can be found in other people's rows, the longest first.

    Not a first name alone: others have it, too.
    """
    names = {person.name, *person.applications.values_list("name", flat=True)}
    handles = Channel.objects.filter(application__user=person)
    words = {
        *_addresses(person),
        *(name for name in names if " " in name.strip()),
        *handles.values_list("handle", flat=True),
    }
    found = {word.strip() for word in words if len(word.strip()) >= SHORTEST_MARK}
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def _addresses(person: User) -> set[str]:
    """All in rows about them, such as an earlier one; none that is somebody else's by now."""
    found = {
        address.lower()
        for table in tables()
        for field in table.model_class._meta.concrete_fields
        if isinstance(field, EmailField) and table.whose
        for address in table.rows_of(person).values_list(field.name, flat=True)
    }
    return _nobody_elses(person, found) | {person.email}


def former_addresses(person: User) -> frozenset[str]:
    """Those that were theirs, and not those that they only wished for: anybody may do that."""
    changes = person.address_changes.all()
    had = {change.old.lower() for change in changes}
    had |= {change.new.lower() for change in changes if change.changed_at}
    return frozenset(_nobody_elses(person, had))


def _nobody_elses(person: User, addresses: set[str]) -> set[str]:
    others = User.objects.exclude(pk=person.pk).annotate(address=Lower("email"))
    taken = others.filter(address__in=addresses).values_list("address", flat=True)
    return addresses - {*taken}


def _delete_rows(person: User, former: Collection[str]) -> None:
    """Found before any goes: a draft leads to its person by the application it began with."""
    going = [
        table
        for table in tables()
        if table.whose and not table.stays and table.model_class is not User
    ]
    keys = [
        [*table.rows_of(person, former).values_list("pk", flat=True)] for table in going
    ]
    for table, rows in zip(going, keys, strict=True):
        table.model_class._base_manager.filter(pk__in=rows).delete()


def _unname_admin_log(person: User) -> None:
    """Have the admin's log keep that something was done, and not to whom."""
    for table in tables():
        if not table.whose:
            continue
        keys = table.rows_of(person).values_list("pk", flat=True)
        entries = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(table.model_class),
            object_id__in=[str(key) for key in keys],
        )
        entries.update(object_repr=ERASED, change_message="")


def unname(words: Iterable[str]) -> None:
    """Take these words out of what organisers wrote about anybody."""
    words = [*words]
    if not words:
        return
    pattern = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    for table in tables():
        for field in table.mentions:
            _unname_in(table, field, words, pattern)


def _unname_in(
    table: Table, field: str, words: list[str], pattern: re.Pattern[str]
) -> None:
    found = Q()
    for word in words:
        found |= Q(**{f"{field}__icontains": word})
    rows: Any = table.model_class._base_manager
    for pk, text in rows.filter(found).values_list("pk", field):
        rows.filter(pk=pk).update(**{field: pattern.sub(ERASED, text)})


def _end_sessions(person: User) -> None:
    """Sign them out everywhere. A session tells whose it is only when it is opened."""
    engine = import_module(settings.SESSION_ENGINE)
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        data = engine.SessionStore().decode(session.session_data)
        kept = data.get("participant") or {}
        if str(person.pk) in {str(kept.get("user")), str(data.get("_auth_user_id"))}:
            session.delete()


def wipe() -> None:
    """Leave nothing of deleted rows in the file of an embedded run.

    `secure_delete` (settings) overwrites them; this empties the log of changes beside the
    file. PostgreSQL reuses the space after its own vacuum.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
