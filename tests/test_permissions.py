"""Every address of the site, asked for by everybody: who gets what, and who changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from operator import attrgetter

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.permissions.table import CALLERS, Row, rows
from tests.permissions.world import PRIVATE, World

# What may be written where somebody only looks: their session, and that an organiser looked.
NOTED = ("django_session", "participants_access")
SHOWN = {"opens", "reads"}
AWAY = {"sign-in", "log-in", "refused", "nothing"}
WORDS = {403: "refused", 404: "nothing", 405: "not-so", 409: "too-late"}


def names(
    of: URLResolver | None = None, namespace: str = ""
) -> Iterator[tuple[str, str]]:
    """Each named address, with its pattern. Those without names are the admin's own: they
    send on to other addresses of it."""
    for one in (of or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            below = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from names(one, below)
        elif isinstance(one, URLPattern) and one.name:
            yield f"{namespace}{one.name}", str(one.pattern)


def row_of(name: str) -> Row | None:
    """Its own row, or the one that stands for many."""
    own = [row for row in rows() if row.name == name]
    common = [row for row in rows() if fnmatch(name, row.name)]
    return next(iter(own or common), None)


def address(world: World, name: str, row: Row) -> str:
    if row.arguments == ["first.pk"]:  # of the model that the name tells
        label, model = name.removeprefix("admin:").split("_")[:2]
        return reverse(name, args=[apps.get_model(label, model).objects.first().pk])
    return reverse(name, args=[attrgetter(path)(world) for path in row.arguments])


def outcome(response, caller: str) -> str:
    if response.status_code == 200:
        body = response.getvalue().decode(errors="replace")
        reads = caller != "organiser" and any(words in body for words in PRIVATE)
        return "reads" if reads else "opens"
    if response.status_code == 302:
        to = response["Location"]
        if to.startswith(reverse("participants:send_link")):
            return "sign-in"
        return "log-in" if to.startswith(reverse("admin:login")) else "goes-on"
    return WORDS[response.status_code]


@contextmanager
def written():
    """Collects what is written to the database, and takes it back in the end."""
    statements: list[str] = []

    def note(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and not any(
            f'"{table}"' in sql.split("WHERE")[0] for table in NOTED
        ):
            statements.append(sql)
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(note):
        yield statements
        transaction.set_rollback(True)


@pytest.fixture
def world(db, settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mailbox"
    return World()


def ask(browser, caller: str, method: str, path: str) -> tuple[str, list[str]]:
    kept = browser.cookies.copy()
    with written() as statements:
        found = outcome(browser.generic(method, path), caller)
    browser.cookies = kept
    return found, statements


def test_every_address_has_a_row():
    missing = [name for name, _ in names() if row_of(name) is None]

    assert missing == [], (
        "Say in tests/permissions/table.py who gets what at these addresses: "
        "a row each, with its method, what fills its gaps, and one word a caller."
    )


def test_every_row_has_an_address():
    known = [name for name, _ in names()]

    assert [r.name for r in rows() if not any(fnmatch(n, r.name) for n in known)] == []


@pytest.mark.parametrize("caller", CALLERS)
def test_everybody_gets_what_the_table_says(world, caller):
    browser = world.browsers()[caller]
    found, wrote = {}, {}
    for name, _ in names():
        row = row_of(name)
        path = address(world, name, row)
        looked, wrote[name] = ask(browser, caller, "GET", path)
        acts = row.method == "POST"
        found[name] = ask(browser, caller, "POST", path)[0] if acts else looked
        assert not (acts and looked in SHOWN), f"{name} acts by GET, too."

    assert found == {name: row_of(name).outcomes[caller] for name in found}
    assert [name for name, statements in wrote.items() if statements] == []


@pytest.mark.parametrize("caller", CALLERS)
def test_whoever_is_turned_away_changes_nothing(world, caller):
    browser = world.browsers()[caller]
    away = {name: row_of(name).outcomes[caller] for name, _ in names()}
    away = {name: outcome for name, outcome in away.items() if outcome in AWAY}
    # The way to a link is open to everybody, and acts.
    away.pop("participants:fresh_link")

    wrong = {}
    for name, expected in away.items():
        path = address(world, name, row_of(name))
        found, wrote = ask(browser, caller, "POST", path)
        if wrote or found not in {expected, "not-so"}:
            wrong[name] = (found, wrote)

    assert wrong == {}
