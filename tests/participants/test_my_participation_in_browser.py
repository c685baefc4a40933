"""From the link in a mail to My participation and out again: on a phone, by keyboard, without scripts."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect
from sesame.utils import get_token

from participants import services
from participants.emails import SIGN_IN_SCOPE
from participants.models import AddressChange
from tests.factories import ApplicationFactory, TopicFactory
from tests.signing_in import sign_in_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 375, "height": 740}}


@pytest.fixture
def amina(db):
    application = ApplicationFactory(
        name="Amina Otieno",
        user__email="amina@example.org",
        wishes=[("country", "must", "PE"), ("role", "nice")],
    )
    TopicFactory(round=application.round)
    return application.user


@pytest.fixture
def phone(new_page):
    return new_page(**PHONE)


def barriers(page):
    """What axe finds in both colour schemes, and sideways scrolling."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        result = Axe().run(page)
        found += [result.generate_report()] if result.violations_count else []
    if page.evaluate("document.documentElement.scrollWidth") > 375:
        found.append("One has to scroll sideways.")
    return found


def press(page, name):
    """Walk to a button or link with the tab key, and press it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        words = page.evaluate("document.activeElement.innerText || ''")
        if words.strip() == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"Nothing called {name} can be reached by keyboard.")


def test_way_in_and_out_works_by_keyboard_without_scripts(live_server, new_page, amina):
    page = new_page(java_script_enabled=False, **PHONE)
    token = get_token(amina, SIGN_IN_SCOPE)

    page.goto(live_server.url + "/participation/")
    expect(page).to_have_url(
        live_server.url + "/participation/link/?next=%2Fparticipation%2F"
    )
    page.get_by_label("Mail address").fill("amina@example.org")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Look into your mail")

    page.goto(live_server.url + reverse("participants:sign_in", args=[token]))
    press(page, "Sign in")
    expect(page.locator("h1")).to_have_text("You are in, Amina Otieno")

    press(page, "Choose which mails I get")
    page.get_by_role("radio", name="Do not send them").last.check()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Your choice is saved.")
    expect(page.get_by_text("Monthly topics: none")).to_be_visible()

    press(page, "Withdraw")
    page.get_by_label("I have no time now").focus()
    page.keyboard.press("Space")
    press(page, "Yes, withdraw")
    expect(page.locator("h1")).to_have_text("You have withdrawn")

    press(page, "Sign out")
    expect(page.get_by_role("status")).to_have_text("You are signed out.")


def test_pages_of_signing_in_have_no_barriers(live_server, phone, amina):
    application = amina.applications.get()
    unconfirmed = ApplicationFactory(confirmed_at=None)
    pages = [
        "/participation/link/?next=/participation/",
        "/participation/link/sent/",
        reverse("participants:sign_in", args=[get_token(amina, SIGN_IN_SCOPE)]),
        reverse("participants:sign_in", args=["used-up"]),
        application.get_absolute_url(),
        unconfirmed.get_absolute_url(),
        application.get_absolute_url()[:-3] + "xx/",
    ]

    found = {}
    for path in pages:
        phone.goto(live_server.url + path)
        found[path] = barriers(phone)

    assert found == {path: [] for path in pages}


def test_my_participation_and_its_pages_have_no_barriers(
    live_server, phone, client, amina
):
    ApplicationFactory(user=amina, round__name="Another round")
    services.ask_for_address(amina, "new@example.org")
    change = AddressChange.objects.get()
    sign_in_page(phone, live_server, client, amina)
    token = amina.applications.first().token
    pages = [
        "/participation/",
        "/participation/address/",
        "/participation/address/sent/",
        reverse("participants:confirm_address", args=[change.confirm_token]),
        reverse("participants:stop_address", args=[change.stop_token]),
        "/participation/mails/",
        reverse("participants:withdraw", args=[token]),
    ]

    found = {}
    for path in pages:
        phone.goto(live_server.url + path)
        found[path] = barriers(phone)

    assert found == {path: [] for path in pages}


def test_errors_are_told_at_the_top_and_at_the_field(live_server, phone, client, amina):
    sign_in_page(phone, live_server, client, amina)

    phone.goto(live_server.url + "/participation/address/")
    phone.get_by_label("New mail address").fill("amina@")
    phone.get_by_role("button", name="Change my address").click()
    expect(phone).to_have_title(
        "Error: Change my mail address · International Librarians Network"
    )
    first = barriers(phone)
    phone.get_by_role("alert").get_by_role("link").click()
    expect(phone.get_by_label("New mail address")).to_be_focused()

    phone.goto(live_server.url + "/participation/mails/")
    phone.get_by_role("radio", name="Not until the day below").first.check()
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_role("alert")).to_contain_text("Choose the day from which")

    assert first == barriers(phone) == []
