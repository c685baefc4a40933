"""The meter on a phone: live where there are scripts, by a button where there are none."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.signing import get_cookie_signer
from django.utils import timezone
from playwright.sync_api import expect

from participants.models import Draft
from participants.services import drafts
from participants.views.browser import COOKIE
from tests.factories import ApplicationFactory
from tests.participants.helpers import as_query, check_url, step_url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 375, "height": 740}}


@pytest.fixture
def pool(round_):
    for country, zone, count in [
        ("NO", "Europe/Oslo", 20),
        ("PE", "America/Lima", 15),
    ]:
        ApplicationFactory.create_batch(
            count, round=round_, country=country, time_zone=zone
        )


@pytest.fixture
def begun(round_, typed, pool):
    """A draft whose wishes are all that is missing, and the key to it."""
    draft, key = drafts.begin(round_)
    draft.answers = {
        name: as_query(typed).getlist(name)
        for name in typed
        if not name.startswith("wish")
    }
    draft.wishes_seen_at = timezone.now() - timedelta(minutes=1)
    draft.save()
    return key


def look(page, name):
    """Nothing stands in anybody's way, by day and by night."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        result = Axe().run(page)
        found += [result.generate_report()] if result.violations_count else []
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=f"{folder}/{name}-{scheme}.png")
            page.screenshot(path=f"{folder}/{name}-{scheme}-full.png", full_page=True)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("One has to scroll sideways.")
    assert found == []


def open_wishes(page, live_server, round_, key):
    signed = get_cookie_signer(salt=COOKIE + COOKIE).sign(key)
    page.context.add_cookies(
        [{"name": COOKIE, "value": signed, "url": live_server.url}]
    )
    page.goto(live_server.url + step_url(round_, "wishes"))


def must_be_in_peru(page):
    page.locator("#id_wish_country_2").check()
    page.locator("#id_wish_country_values_0").select_option("PE")
    page.locator("#id_wish_country_strength_2").check(force=True)


def test_count_follows_each_wish(live_server, new_page, round_, begun):
    page = new_page(**PHONE)
    open_wishes(page, live_server, round_, begun)
    count = page.get_by_role("status")
    expect(count).to_contain_text("about 20–40 people")
    expect(page.get_by_role("button", name="See how many")).to_be_hidden()

    must_be_in_peru(page)

    expect(count).to_contain_text("about 10–20 people")
    expect(count).to_be_in_viewport(ratio=1)
    expect(page.locator("#meter-more")).to_contain_text(
        "I would like someone who lives in Peru about 20–40 people"
    )
    assert "wish_country" not in Draft.objects.get().answers
    look(page, "live")
    page.locator("#id_wish_country_values_0").select_option("")
    expect(count).to_contain_text("One of your wishes is not complete yet.")
    look(page, "unclear")


def test_focus_is_never_under_the_count(live_server, new_page, round_, begun):
    page = new_page(**PHONE)
    open_wishes(page, live_server, round_, begun)
    page.locator("#id_wish_country_0").focus()
    covered = """() => {
        const one = document.activeElement.getBoundingClientRect();
        const over = document.getElementById("meter").getBoundingClientRect();
        const inMeter = document.activeElement.matches("body, #meter *, #meter-more *");
        return !inMeter && one.bottom > over.top && one.top < over.bottom;
    }"""
    hidden = []
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate(covered):
            hidden.append(page.evaluate("document.activeElement.id"))

    assert hidden == []


def test_button_counts_without_scripts_and_keeps_what_was_typed(
    live_server, new_page, round_, begun
):
    page = new_page(java_script_enabled=False, **PHONE)
    open_wishes(page, live_server, round_, begun)
    must_be_in_peru(page)

    page.get_by_role("button", name="See how many could be my partner").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("about 10–20 people")
    expect(page.get_by_role("status")).to_be_in_viewport()
    expect(page.locator("#id_wish_country_values_0")).to_have_value("PE")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(live_server.url + check_url(round_))
    expect(page.get_by_role("status")).to_contain_text("about 10–20 people")


def test_enter_goes_on_and_does_not_count(live_server, new_page, round_, begun):
    page = new_page(**PHONE)
    open_wishes(page, live_server, round_, begun)

    page.locator("#id_wish_hours").fill("2")
    page.locator("#id_wish_hours").press("Enter")

    expect(page).to_have_url(live_server.url + check_url(round_))
    look(page, "check")  # axe itself needs scripts
