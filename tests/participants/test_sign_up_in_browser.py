"""The steps in a browser: what the script adds, and that nobody needs it."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from participants.forms.steps import STEPS
from participants.models import Draft
from tests.participants.helpers import step_url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SITE = "International Librarians Network"


def start(page, live_server, round_):
    page.goto(live_server.url + reverse("participants:apply", args=[round_.slug]))
    page.get_by_role("link", name="Start", exact=True).click()


def say_who(page, live_server, round_):
    start(page, live_server, round_)
    page.get_by_label("Your name").fill("Amina Otieno")
    page.get_by_label("Mail address").fill("amina@example.org")
    page.get_by_role("button", name="Continue").click()


def open_step(page, live_server, round_, step):
    page.goto(live_server.url + step_url(round_, step))


def barriers(page):
    found = Axe().run(page)
    return found.generate_report() if found.violations_count else ""


def test_steps_grow_with_what_is_chosen(live_server, page, round_, typed):
    say_who(page, live_server, round_)
    page.get_by_label("Country").select_option("BR")
    expect(page.locator("#id_time_zone optgroup").first).to_have_attribute(
        "label", "Brazil"
    )
    open_step(page, live_server, round_, "work")
    expect(page.locator("#id_language_3")).to_be_hidden()
    page.locator("#id_language_1").select_option("en")
    page.locator("#id_language_2").select_option("sw")
    expect(page.locator("#id_language_3")).to_be_visible()
    open_step(page, live_server, round_, "wishes")
    expect(page.locator("#id_wish_country_values_0")).to_be_hidden()
    page.locator("#id_wish_country_2").check()
    page.locator("#id_wish_country_values_2").select_option("PE")
    expect(page.locator("#id_wish_country_values_3")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_step_with_its_errors_can_be_read_by_everybody(
    live_server, new_page, round_, typed, scheme
):
    page = new_page(color_scheme=scheme, viewport={"width": 320, "height": 700})
    start(page, live_server, round_)
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(
        f"Error: Who are you? Step 1 of 7 · Apply for {round_.name} · {SITE}"
    )
    found = {"errors": barriers(page)}
    page.get_by_label("Your name").fill("Amina Otieno")
    page.get_by_label("Mail address").fill("amina@example.org")
    page.get_by_role("button", name="Continue").click()

    for step in STEPS:
        open_step(page, live_server, round_, step.slug)
        page.get_by_role("button", name="Continue").click()
        found[step.slug] = barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 320
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    found["check"] = barriers(page)
    page.get_by_role("button", name="Send my application").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose your country.")
    found["check, wrong"] = barriers(page)

    assert set(found.values()) == {""}


def test_phone_without_scripts_stops_and_goes_on_elsewhere(
    live_server, new_page, round_, typed
):
    phone, desk = new_page(java_script_enabled=False), new_page()
    say_who(phone, live_server, round_)
    phone.get_by_label("Country").select_option("KE")
    phone.get_by_role("button", name="Save and finish later").click()
    expect(phone.get_by_label("Mail address")).to_have_value("amina@example.org")
    phone.get_by_role("button", name="Send me the link").click()
    expect(phone.get_by_role("heading", name="Look into your mail")).to_be_visible()

    desk.goto(live_server.url + Draft.objects.get().get_absolute_url())
    desk.get_by_role("button", name="Go on in this browser").click()

    expect(desk.get_by_role("heading", name="Where do you live?")).to_be_visible()
    expect(desk.get_by_label("Country")).to_have_value("KE")
    open_step(phone, live_server, round_, "place")
    expect(phone.get_by_role("link", name="Start", exact=True)).to_be_visible()


def test_keyboard_alone_goes_on_and_back_keeps_the_answers(
    live_server, page, round_, typed
):
    start(page, live_server, round_)
    page.get_by_label("Your name").focus()
    page.keyboard.type("Amina Otieno")
    page.keyboard.press("Tab")
    page.keyboard.type("amina@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Where do you live?")).to_be_visible()

    page.go_back()
    page.go_forward()
    page.get_by_role("link", name="Back", exact=True).click()

    expect(page.get_by_label("Your name")).to_have_value("Amina Otieno")
    expect(page.get_by_label("Mail address")).to_have_value("amina@example.org")
