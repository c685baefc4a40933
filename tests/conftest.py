"""What all tests share."""

from __future__ import annotations

import math
import os
import shutil
from importlib import import_module

import pytest
from celery import Celery
from django.apps import apps
from django.core.cache import cache
from django.db import connection

from iln.mail import own_words
from tests import factories

CHROMIUM = next(
    filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])),
    None,
)
PATIENCE = 10_000  # milliseconds, on a busy machine
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # It reaches nothing but this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def pytest_report_header() -> str:
    database = (
        "PostgreSQL"
        if os.environ.get("DATABASE_URL", "").startswith("postgres")
        else "SQLite"
    )
    broker = os.environ.get("CELERY_BROKER_URL", "filesystem:").split(":")[0]
    return f"database: {database}, broker: {broker}, browser: {CHROMIUM or 'none'}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """On CI everything is there, so a skipped test is a missing install step."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("\nOn CI nothing may be skipped: this run fails.", red=True)
        session.exitstatus = 1


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch):
    cache.clear()
    monkeypatch.setattr(own_words, "_kept", {})
    monkeypatch.setattr(own_words, "_kept_until", math.inf)  # no mail asks for them


@pytest.fixture(scope="session")
def browser():
    """Chromium, once for all tests."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "true"  # Playwright keeps a loop in this thread
    )
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser):
    """Makes pages, each for a person of their own: `new_page(java_script_enabled=False)`."""
    contexts = []

    def make(**options):
        context = browser.new_context(reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page):
    return new_page()


@pytest.fixture
def starting_vocabulary(db):
    """The words that the first migrations bring: tests with threads empty every table."""
    import_module("participants.migrations.0002_starting_vocabulary").add_words(
        apps, None
    )


@pytest.fixture
def round_(db):
    """A round open for applications."""
    return factories.RoundFactory()


@pytest.fixture
def organiser(db):
    return factories.OrganiserFactory()


@pytest.fixture
def organiser_client(client, organiser):
    client.force_login(organiser)
    return client


@pytest.fixture
def broker(settings):
    """A worker's broker, to which tasks really go: in other tests they run at once."""
    app = Celery(broker=settings.CELERY_BROKER_URL, set_as_current=False)
    app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    with app:
        yield app


@pytest.fixture
def on_postgres() -> bool:
    return connection.vendor == "postgresql"
