"""The whole question on a phone, by keyboard, without JavaScript."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from participants.models import Application
from tests.factories import ApplicationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def check(page, name):
    """Nothing is wider than the phone, and everybody can read it."""
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert not page.evaluate(wide)
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_somebody_answers_on_a_phone_and_thinks_again(live_server, new_page, scheme):
    mine = ApplicationFactory(asked_still_in_at=timezone.now() - timedelta(hours=1))
    page = new_page(
        viewport={"width": 375, "height": 720},
        java_script_enabled=False,
        color_scheme=scheme,
    )

    page.goto(live_server.url + mine.get_still_in_url())
    expect(page.get_by_role("heading", name="Still in?")).to_be_visible()
    check(page, f"asked-{scheme}")
    page.get_by_role("button", name="Next round instead").focus()
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("heading", name="See you in the next round")
    ).to_be_visible()
    check(page, f"next-{scheme}")
    page.get_by_role("button", name="Yes, I am in").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You are in. Thank you!")).to_be_visible()
    check(page, f"yes-{scheme}")

    assert Application.objects.get().state == "confirmed"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_can_be_read_by_everybody(live_server, new_page, scheme):
    mine = ApplicationFactory(asked_still_in_at=timezone.now() - timedelta(hours=1))
    page = new_page(viewport={"width": 320, "height": 720}, color_scheme=scheme)

    page.goto(live_server.url + mine.get_still_in_url())
    check(page, f"narrow-{scheme}")

    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
