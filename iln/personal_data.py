"""Where personal data lies: every field of every model is personal or clean, in words.

Each app says it for its own models in its personal_data.py; here stand those of Django.
A field is personal when it says something about somebody. It is clean when it would say
the same with that person erased.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from itertools import chain
from typing import Any

from django.apps import apps
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import EmailField, Model, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.module_loading import module_has_submodule

ERASED = "a person, erased"


@dataclass(frozen=True)
class Table:
    """One model: what it holds about people, whose it is, and how long it stays.

    `whose` are the lookups from a row to the people, or to the mail addresses, that it is
    about. A row with personal fields and without a lookup cannot be traced to anybody.

    Whoever is erased takes their rows with them, unless a row `stays`, without the person.
    In the fields that it `mentions` people in, words of organisers may name anybody.

    People get their rows in their export: all, or only those that are `told_when`, and no
    field that is `withheld`, for a reason in words. `withheld_as_a_whole` is such a reason
    for all of them.
    """

    model: str
    personal: Mapping[str, str] = field(default_factory=dict)
    whose: tuple[str, ...] = ()
    kept: str = ""
    clean: Set[str] = frozenset()
    stays: bool = False
    mentions: Set[str] = frozenset()
    told_when: Mapping[str, Any] = field(default_factory=dict)
    withheld: Mapping[str, str] = field(default_factory=dict)
    withheld_as_a_whole: str = ""

    @property
    def model_class(self) -> type[Model]:
        return apps.get_model(self.model)

    def rows_of(
        self, person: AbstractBaseUser, former: Collection[str] = ()
    ) -> QuerySet[Any]:
        """The rows that are about somebody, by a link or by their address in any spelling.

        `former`: addresses that they had before, and nobody has now.
        """
        about = Q(pk__in=[])
        for lookup in self.whose:
            if isinstance(self._end(lookup), EmailField):
                for address in {person.get_username(), *former}:
                    about |= Q(Exact(Lower(lookup), Lower(Value(address))))
            else:
                about |= Q(**{lookup: person.pk})
        rows = self.model_class._base_manager
        return rows.filter(pk__in=rows.filter(about).values("pk"))

    def people_of(self, rows: list[Any]) -> set[int]:
        """The keys of those whom these rows are about, as far as links lead to them."""
        keys = [row.pk for row in rows]
        if issubclass(self.model_class, AbstractBaseUser):
            return set(keys)
        links = [
            lookup
            for lookup in self.whose
            if not isinstance(self._end(lookup), EmailField)
        ]
        found = self.model_class._base_manager.filter(pk__in=keys)
        people = chain.from_iterable(found.values_list(*links)) if links else []
        return {person for person in people if person is not None}

    def _end(self, lookup: str) -> Any:
        return get_fields_from_path(self.model_class, lookup)[-1]

    @property
    def fields(self) -> set[str]:
        """All that is accounted for: personal, clean, or a link to the person."""
        links = {lookup.split("__")[0] for lookup in self.whose}
        return {*self.personal, *self.clean, *links}


UNTIL_ERASED = "until the person asks us to erase it"

DJANGO = [
    Table(
        "admin.LogEntry",
        whose=("user",),
        kept="as long as the organiser has an account",
        personal={
            "action_time": "when an organiser did something",
            "object_id": "to which row, perhaps a person",
            "object_repr": "its name then, perhaps a person’s",
            "change_message": "what was changed",
        },
        mentions={"object_repr", "change_message"},
        withheld=dict.fromkeys(
            ("object_id", "object_repr", "change_message"),
            "it may be about somebody else",
        ),
        clean={"content_type", "action_flag"},
    ),
    Table(
        "sessions.Session",
        kept="two weeks after an organiser’s log-in; `manage.py clearsessions` deletes it",
        personal={
            "session_key": "what the organiser’s browser shows to be let in",
            "session_data": "which organiser is logged in, and messages for their next page",
        },
        clean={"expire_date"},
    ),
    Table("auth.Permission", clean={"name", "content_type", "codename"}),
    Table("auth.Group", clean={"name", "permissions"}),
    Table("contenttypes.ContentType", clean={"app_label", "model"}),
]


class Comments(StrEnum):
    """What becomes of what somebody said in public."""

    KEEP = "keep"
    UNNAME = "unname"
    REMOVE = "remove"


@dataclass(frozen=True)
class Leaving:
    """Who is about to be erased; or, without a person, which applications are.

    `marks` are words that nobody else has: an address, a full name, a number. `former` are
    the addresses that were theirs before.
    """

    applications: frozenset[int]
    person: AbstractBaseUser | None = None
    marks: tuple[str, ...] = ()
    comments: Comments = Comments.KEEP
    former: frozenset[str] = frozenset()


def let_apps_act(leaving: Leaving) -> None:
    """Have each app that has an erasing.py do its part first, in the caller's transaction."""
    for app in apps.get_app_configs():
        if module_has_submodule(app.module, "erasing"):
            import_module(f"{app.name}.erasing").before_erasing(leaving)


def tables() -> list[Table]:
    """Every model's account, those of our apps first."""
    return [*_of_our_apps(), *DJANGO]


def _of_our_apps() -> Iterator[Table]:
    for app in reversed(list(apps.get_app_configs())):
        if module_has_submodule(app.module, "personal_data"):
            yield from import_module(f"{app.name}.personal_data").TABLES


def as_markdown() -> str:
    """The registry as docs/personal-data.md shows it."""
    holding = [table for table in tables() if table.personal]
    clean = ", ".join(table.model for table in tables() if not table.personal)
    return (
        "\n\n".join(
            [
                "# Personal data",
                "Where it lies, what it is, and how long it is kept. `manage.py personal_data` writes "
                "this page from the `personal_data.py` of each app; a test fails while a field of any "
                "model is neither registered there nor marked clean, or while this page is old.",
                *map(_section, holding),
                f"## Without personal data\n\n{clean}.",
            ]
        )
        + "\n"
    )


def _section(table: Table) -> str:
    whose = (
        ", ".join(f"`{lookup}`" for lookup in table.whose)
        or "nobody that one could find"
    )
    rows = [f"| `{name}` | {words} |" for name, words in table.personal.items()]
    return "\n".join(
        [
            f"## {table.model}",
            "",
            " ".join(
                [f"Kept {table.kept}. A row belongs to: {whose}.", *_export(table)]
            ),
            "",
            "| field | what it is |",
            "| --- | --- |",
            *rows,
        ]
    )


def _export(table: Table) -> Iterator[str]:
    """What of it people do not get in their export, and why."""
    if table.withheld_as_a_whole:
        yield f"Not in exports: {table.withheld_as_a_whole}."
    for reason in dict.fromkeys(table.withheld.values()):
        names = [f"`{name}`" for name, why in table.withheld.items() if why == reason]
        yield f"Not in exports: {', '.join(names)} ({reason})."
