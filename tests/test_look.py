"""Every public page, as somebody meets it: on a phone, at night, without a mouse."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import (
    ApplicationFactory,
    CommentFactory,
    InterestFactory,
    OrganiserFactory,
    RoundFactory,
    TopicFactory,
)
from tests.permissions.world import World
from tests.test_permissions import address, names, row_of

WIDTHS = [320, 390, 1280]
FILES = {
    "participants:export_json",
    "participants:export_csv",
    "matching:slot",
    "discussions:feed",
}
PAGES = [
    "/",
    "/rounds/",
    "/rounds/autumn/",
    "/discussions/",
    "/discussions/2026/1/quiet/",
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


def turn(page, direction: str) -> None:
    """As in a language that is read from this side."""
    page.evaluate("to => { document.documentElement.dir = to }", direction)


def sideways(page) -> list[str]:
    """The widths at which one would have to scroll sideways, read from either side."""
    scrolling = []
    for direction, width in product(("rtl", "ltr"), WIDTHS):
        turn(page, direction)
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            scrolling.append(f"{direction}, {width}")
    return scrolling


def barriers(page) -> str:
    """What axe finds in both colour schemes and from right to left, in words; empty when
    all is well."""
    found = []
    for scheme, direction in [("light", "ltr"), ("dark", "ltr"), ("dark", "rtl")]:
        page.emulate_media(color_scheme=scheme)
        turn(page, direction)
        result = Axe().run(page)
        if result.violations_count:
            found.append(f"{scheme}, {direction}: {result.generate_report()}")
    turn(page, "ltr")
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


@pytest.fixture
def world(transactional_db, settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mailbox"
    return World()


@pytest.fixture
def her_page(world, live_server, page):
    """Amina's browser: she is signed in, and has begun another application."""
    for name, cookie in world.browsers()["she"].cookies.items():
        kept = {"name": name, "value": cookie.value, "url": live_server.url}
        page.context.add_cookies([kept])
    return page


def pages_of(world) -> dict[str, str]:
    """Every page that the table of permissions lets a participant open, by its name."""
    return {
        name: address(world, name, row)
        for name, row in ((name, row_of(name)) for name, _ in names())
        if row.method == "GET"
        and row.outcomes["she"] in {"opens", "reads"}
        and name not in FILES
        and not name.startswith("admin:")
    }


@pytest.mark.browser
@pytest.mark.parametrize("part", [0, 1, 2, 3])
def test_every_page_of_a_participant_is_accessible_narrow_and_quiet(
    world, live_server, her_page, console, part
):
    found = {}
    for name, path in list(pages_of(world).items())[part::4]:
        her_page.goto(live_server.url + path)
        found[name] = (sideways(her_page), barriers(her_page), [*console])
        console.clear()

    assert found == {name: ([], "", []) for name in found}


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "button"),
    [
        ("participants:step", "Continue"),
        ("participants:finish_later", "Send me the link"),
        ("participants:check", "Send my application"),
        ("participants:send_link", "Send me a link"),
        ("participants:address", "Change my address"),
        ("participants:correct", "Save"),
        ("participants:erase", "Erase"),
        ("matching:check_in", "Send my answer"),
        ("matching:survey", "Send my answers"),
        ("discussions:topic", "Post my comment"),
    ],
)
def test_errors_are_accessible_and_narrow(world, live_server, her_page, name, button):
    her_page.goto(live_server.url + pages_of(world)[name])
    for field in her_page.locator("input:is([type=text], [type=email]):visible").all():
        field.fill("")
    her_page.get_by_role("main").get_by_role("button", name=button).last.click()

    expect(her_page.get_by_role("alert")).to_be_visible()
    assert sideways(her_page) == []
    assert barriers(her_page) == ""


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
