"""The partner page on a phone, by keyboard, without scripts; and with axe, light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from iln.mail.tasks import deliver_due
from matching.publishing import publication
from tests.factories import MatchFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 375, "height": 760}


@pytest.fixture
def three(proposal, person, organiser):
    people = [
        person("Pilar", "PE", time_zone="America/Lima"),
        person("Soren", "DK", time_zone="Europe/Copenhagen"),
        person("Awa", "SN", time_zone="Africa/Dakar"),
    ]
    match = MatchFactory(proposal=proposal, applications=people)
    publication.publish(proposal, organiser, at_once=True)
    deliver_due()
    return match, people[0]


@pytest.fixture
def open_page(live_server, sign_in):
    """Opens the page of somebody's match in a browser page of theirs."""

    def go(page, match, application):
        value = sign_in(application.user).cookies["sessionid"].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value}
        page.context.add_cookies([cookie | {"url": live_server.url}])
        page.goto(live_server.url + reverse("matching:partner", args=[match.pk]))

    return go


def look_at(page):
    for scheme, width in [("light", 1280), ("dark", 375), ("light", 320)]:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        result = Axe().run(page)
        assert result.violations_count == 0, result.generate_report()
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{page.url} at {width}: {wide} too wide"


def press_until(page, words):
    """Tab on until what is focused says this."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if words in (page.locator(":focus").text_content() or ""):
            return page.locator(":focus")
    raise AssertionError(f"Nobody gets to “{words}” by keyboard.")


def test_page_of_two_is_accessible(page, open_page, introduced, amina):
    open_page(page, introduced, amina)

    look_at(page)


def test_page_of_three_is_accessible(page, open_page, three):
    open_page(page, *three)

    look_at(page)


def test_a_phone_and_a_keyboard_are_enough(new_page, open_page, introduced, amina):
    page = new_page(java_script_enabled=False, viewport=PHONE)
    open_page(page, introduced, amina)
    expect(page.get_by_role("heading", name="Meet Jo")).to_be_visible()

    with page.expect_download() as download:
        press_until(page, "Add to my calendar").press("Enter")

    assert download.value.suggested_filename.endswith(".ics")


def test_an_organiser_is_told_by_keyboard_alone(new_page, open_page, introduced, amina):
    page = new_page(java_script_enabled=False, viewport=PHONE)
    open_page(page, introduced, amina)

    press_until(page, "Not who I can work with").press("Enter")
    expect(page.get_by_role("heading", name="Tell an organiser?")).to_be_visible()
    press_until(page, "Tell an organiser").press("Enter")

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_pages_that_ask_and_thank_are_accessible(page, open_page, introduced, amina):
    open_page(page, introduced, amina)
    page.get_by_role("link", name="Not who I can work with").click()
    look_at(page)

    page.get_by_role("button", name="Tell an organiser").click()

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    look_at(page)
