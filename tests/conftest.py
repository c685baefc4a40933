"""What all tests share."""

from __future__ import annotations

import os
import shutil
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests import factories

CHROMIUM = next(
    filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])),
    None,
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
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
        session.exitstatus = 1


@pytest.fixture(scope="session")
def browser():
    """Chromium, once for all tests."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "true"  # Playwright keeps a loop in this thread
    )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A fresh page that reaches nothing but this machine."""

    def only_here(route):
        local = urlsplit(route.request.url).hostname in {"localhost", "127.0.0.1"}
        route.continue_() if local else route.abort()

    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.route("**/*", only_here)
    yield page
    context.close()


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
def on_postgres() -> bool:
    return connection.vendor == "postgresql"
