"""Every public page, as somebody meets it: on a phone, at night, without a mouse."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.urls import reverse

from tests.factories import (
    ApplicationFactory,
    CommentFactory,
    InterestFactory,
    OrganiserFactory,
    RoundFactory,
    TopicFactory,
)

WIDTHS = [320, 390, 1280]
PAGES = [
    "/",
    "/rounds/",
    "/rounds/autumn/",
    "/rounds/autumn/apply/",
    "/participation/link/",
    "/how-we-match/",
    "/discussions/",
    "/discussions/2026/1/quiet/",
    "/privacy/",
    "/code-of-conduct/",
]


@pytest.fixture
def network(transactional_db):
    """A network in which every part of a page has something to show."""
    autumn = RoundFactory(name="Autumn round", slug="autumn", description="Welcome!")
    RoundFactory(closed=True)
    InterestFactory()
    topic = TopicFactory(slug="quiet", publish_at=datetime(2026, 1, 15, tzinfo=UTC))
    CommentFactory(topic=topic, parent=CommentFactory(topic=topic))
    return autumn


@pytest.fixture
def console(page):
    """What the browser complains about."""
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def sideways(page) -> list[int]:
    """The widths at which one would have to scroll sideways."""
    scrolling = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            scrolling.append(width)
    return scrolling


def barriers(page) -> str:
    """What axe finds in both colour schemes, in words; empty when all is well."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        result = Axe().run(page)
        if result.violations_count:
            found.append(f"{scheme}: {result.generate_report()}")
    return "\n".join(found)


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_page_is_accessible_narrow_and_quiet(network, live_server, page, console, path):
    answer = page.goto(live_server.url + path)

    assert answer.status == 200
    assert console == []
    assert sideways(page) == []
    assert barriers(page) == ""


@pytest.mark.browser
def test_own_application_is_accessible_narrow_and_quiet(
    network, live_server, page, console
):
    application = ApplicationFactory(
        round=network, wishes=[("country", "must", "PE"), ("hours", "nice", "3")]
    )

    page.goto(live_server.url + application.get_absolute_url())

    assert console == []
    assert sideways(page) == []
    assert barriers(page) == ""


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/", "/rounds/", "/discussions/", "/apply/"])
def test_empty_network_is_presentable(transactional_db, live_server, page, path):
    page.goto(live_server.url + path)

    assert sideways(page) == []
    assert barriers(page) == ""


@pytest.mark.browser
def test_organisers_plan_rounds_without_barriers(network, live_server, page, client):
    client.force_login(OrganiserFactory())
    session = client.cookies["sessionid"].value
    page.context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )

    found = {}
    for path in [
        "/admin/",
        "/admin/rounds/round/",
        f"/admin/rounds/round/{network.pk}/change/",
    ]:
        page.goto(live_server.url + path)
        found[path] = barriers(page)

    assert set(found.values()) == {""}


@pytest.mark.browser
def test_keyboard_reaches_the_page_past_the_navigation(network, live_server, page):
    page.goto(live_server.url)

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.django_db
def test_pages_find_their_files_in_production(client, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        }
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    RoundFactory(slug="autumn")

    paths = [reverse("rounds:home"), "/rounds/autumn/apply/", reverse("admin:login")]
    assert [client.get(path).status_code for path in paths] == [200, 200, 200]
