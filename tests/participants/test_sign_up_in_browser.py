"""What the script adds to the form: shorter, and with the browser's time zone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_form_grows_with_what_is_chosen(live_server, page, round_, typed):
    page.goto(live_server.url + reverse("participants:apply", args=[round_.slug]))

    page.get_by_label("Country", exact=False).first.select_option("BR")
    expect(page.locator("#id_time_zone optgroup").first).to_have_attribute(
        "label", "Brazil"
    )
    expect(page.locator("#id_language_3")).to_be_hidden()
    page.locator("#id_language_1").select_option("en")
    page.locator("#id_language_2").select_option("sw")
    expect(page.locator("#id_language_3")).to_be_visible()
    expect(page.locator("#id_wish_country_values_0")).to_be_hidden()
    page.locator("#id_wish_country_2").check()
    page.locator("#id_wish_country_values_2").select_option("PE")
    expect(page.locator("#id_wish_country_values_3")).to_be_visible()


def test_form_with_its_errors_can_be_read_by_everybody(
    live_server, page, round_, typed
):
    page.goto(live_server.url + reverse("participants:apply", args=[round_.slug]))
    page.get_by_role("button", name="Send my application").click()

    expect(page).to_have_title(
        f"Error: Apply for {round_.name} · International Librarians Network"
    )
    result = Axe().run(page)

    assert result.violations_count == 0, result.generate_report()
