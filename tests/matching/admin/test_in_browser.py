"""Matching day as organisers see it: in Chromium, with axe, without scripts, by keyboard."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from matching import publishing, services, tasks
from rounds.models import Round
from tests.factories import (
    ApplicationFactory,
    OrganiserFactory,
    RoundFactory,
    SearchFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def round_(transactional_db):
    """Six people from six countries, with a wish each that somebody may meet."""
    round_ = RoundFactory(name="September", introduction_days=2)
    for nth, country in enumerate(["KE", "AU", "PE", "DK", "JP", "CA"]):
        ApplicationFactory(
            round=round_,
            country=country,
            wishes=[("country", "important", "CA"), ("workplace", "nice")],
            user__name=f"Person {nth}",
        )
    return round_


@pytest.fixture
def log_in(live_server):
    """Makes a browser context that of an organiser."""

    def log_in(context):
        client = Client()
        client.force_login(OrganiserFactory())
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": value,
                    "url": live_server.url,
                }
            ]
        )

    return log_in


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
def test_every_page_is_accessible(scheme, width, page, live_server, log_in, round_):
    complaints = []

    def listen(message):
        # axe cannot talk to the sandboxed frame of a mail, and sometimes says so.
        if "postMessage" not in message.text:
            complaints.append(message.text)

    page.on("console", listen)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    log_in(page.context)
    proposal = services.propose(round_)
    match = proposal.matches.last()
    search = SearchFactory(round=round_)
    day = reverse("admin:matching_matching_day", args=[round_.pk])

    for path in [
        day,
        f"{day}close/",
        reverse("admin:matching_search_progress", args=[search.pk]),
        proposal.get_admin_url(),
        reverse("admin:matching_proposal_pair", args=[proposal.pk, match.pk]),
        reverse("matching:how"),
    ]:
        look_at(page, live_server.url + path)
    Round.objects.update(closes_at=timezone.now())
    publish = reverse("admin:matching_proposal_publish", args=[proposal.pk])
    look_at(page, live_server.url + publish)
    publishing.publish(proposal, OrganiserFactory())
    sending = reverse("admin:matching_proposal_sending", args=[proposal.pk])
    look_at(page, live_server.url + sending)

    assert complaints == []


def look_at(page, url):
    page.goto(url)
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_search_leads_to_its_proposal_by_itself(page, live_server, log_in, round_):
    log_in(page.context)
    search = SearchFactory(round=round_, asked_at=timezone.now())
    url = reverse("admin:matching_search_progress", args=[search.pk])
    page.goto(live_server.url + url)
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()

    tasks.find_best(search.pk)

    expect(page.get_by_text("of 6 matched")).to_be_visible()


def test_pairs_are_reviewed_by_tab_and_enter_alone(page, live_server, log_in, round_):
    log_in(page.context)
    Round.objects.update(closes_at=timezone.now())
    page.goto(live_server.url + services.propose(round_).get_admin_url())
    page.get_by_role("link", name="Review the pairs").press("Enter")

    for nth in [1, 2, 3]:
        page.get_by_text(f"Pair {nth} of 3").wait_for()
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Mark as reviewed")
        page.keyboard.press("Enter")

    expect(page.get_by_text("All of these pairs are reviewed.")).to_be_visible()
    expect(page.get_by_text("0 of 3 to review")).to_be_visible()
