"""Every public page, as somebody meets it: on a phone, at night, without a mouse."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.urls import reverse

from tests.factories import CommentFactory, RoundFactory, TopicFactory

WIDTHS = [320, 390, 1280]
PAGES = ["/", "/rounds/", "/rounds/autumn/", "/privacy/", "/code-of-conduct/"]


@pytest.fixture
def network(transactional_db):
    """A network in which every part of a page has something to show."""
    RoundFactory(name="Autumn round", slug="autumn", description="Four months.")
    RoundFactory(closed=True)
    CommentFactory(topic=TopicFactory(slug="quiet"))


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


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_page_is_accessible_narrow_and_quiet(
    network, live_server, page, console, path, scheme
):
    page.emulate_media(color_scheme=scheme)

    page.goto(live_server.url + path)

    assert sideways(page) == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert console == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/", "/rounds/"])
def test_empty_network_is_presentable(live_server, page, console, path):
    page.goto(live_server.url + path)

    assert sideways(page) == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert console == []


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

    pages = [reverse("rounds:home"), "/nowhere/", reverse("admin:login")]
    assert [client.get(path).status_code for path in pages] == [200, 404, 200]
