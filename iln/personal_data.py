"""Where personal data lies: every field of every model is personal or clean, in words.

Each app says it for its own models in its personal_data.py; here stand those of Django.
A field is personal when it says something about somebody. It is clean when it would say
the same with that person erased.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from importlib import import_module

from django.apps import apps
from django.db.models import Model
from django.utils.module_loading import module_has_submodule


@dataclass(frozen=True)
class Table:
    """One model: what it holds about people, whose it is, and how long it stays.

    `whose` are the lookups from a row to the people, or to the mail addresses, that it is
    about. A row with personal fields and without a lookup cannot be traced to anybody.
    """

    model: str
    personal: Mapping[str, str] = field(default_factory=dict)
    whose: tuple[str, ...] = ()
    kept: str = ""
    clean: Set[str] = frozenset()

    @property
    def model_class(self) -> type[Model]:
        return apps.get_model(self.model)

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
            f"Kept {table.kept}. A row belongs to: {whose}.",
            "",
            "| field | what it is |",
            "| --- | --- |",
            *rows,
        ]
    )
