"""Matching day as organisers see it: in Chromium, with axe, without scripts, by keyboard."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from matching import services, tasks
from matching.after import aftercare, concerns, repairing
from matching.changing import steps
from matching.problems import groups_of
from matching.publishing import publication
from rounds.models import Round
from tests.factories import (
    ApplicationFactory,
    OrganiserFactory,
    RoundFactory,
    SearchFactory,
)
from tests.properties import THOROUGH

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


LOOKS = [("light", 1280), ("dark", 375)]
if THOROUGH:
    LOOKS += [("dark", 1280), ("light", 375), ("light", 320)]


@pytest.fixture
def visit(page, live_server, log_in):
    """Goes to a page by its name, and looks whether everybody can use it."""
    complaints = []

    def listen(message):
        # axe cannot talk to the sandboxed frame of a mail, and sometimes says so; and a
        # refusal is an answer.
        if not {"postMessage", "409"} & {*re.findall(r"\w+", message.text)}:
            complaints.append(message.text)

    def visit(name, *args, query=""):
        path = reverse(f"admin:matching_{name}", args=args)
        page.goto(f"{live_server.url}{path}{query}")
        look_at(page)

    page.on("console", listen)
    log_in(page.context)
    yield visit
    assert complaints == []


def look_at(page):
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        result = Axe().run(page)
        assert result.violations_count == 0, f"{page.url}: {result.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{page.url} at {width}: {wide} too wide"


def test_pages_before_publishing_are_accessible(visit, page, live_server, round_):
    twice = ApplicationFactory(
        round=round_,
        user__name="Person 0",
        wishes_text="Somebody patient.",
        confirmed_at=None,
    )
    once = round_.applications.get(name="Person 0", confirmed_at__isnull=False)
    search = SearchFactory(round=round_)

    for name in ["matching_day", "matching_day_close", "rehearse", "ready"]:
        visit(name, round_.pk)
    visit("ready_double", round_.pk, once.pk, twice.pk)
    visit("ready_words", round_.pk)
    visit("ready_add_wishes", round_.pk, twice.pk)
    visit("search_progress", search.pk)
    page.goto(live_server.url + reverse("matching:how"))
    look_at(page)


def test_pages_of_a_draft_are_accessible(visit, page, round_, organiser):
    proposal = services.propose(round_)
    one, other, *_ = groups_of(proposal)
    visit("matching_day", round_.pk)
    visit("proposal_change", proposal.pk)
    visit("proposal_pair", proposal.pk, proposal.matches.last().pk)
    visit("proposal_who_else", proposal.pk, one[0])
    visit("proposal_step", proposal.pk, query=f"?kind=swap&people={one[0]},{other[0]}")
    steps.take(proposal, 0, "together", one, reason="They asked.", by=organiser)
    page.get_by_label("Why?").fill("They met in Dakar.")
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("alert")).to_contain_text("has changed since you looked")
    look_at(page)
    visit("proposal_step", proposal.pk, query=f"?kind=swap&people={one[0]},{one[1]}")
    expect(page.get_by_text("nothing to swap")).to_be_visible()

    services.propose(round_)
    visit("compare", round_.pk)
    visit("log", round_.pk)
    visit("paper", round_.pk)
    page.get_by_role("textbox", name="pairs").fill("Person 0, Person 1")
    page.get_by_role("button", name="See how good they are").click()
    expect(page.get_by_role("heading", name="What would make it")).to_be_visible()
    look_at(page)


def test_pages_from_publishing_on_are_accessible(visit, round_, organiser):
    proposal = services.propose(round_)
    Round.objects.update(closes_at=timezone.now())
    visit("proposal_publish", proposal.pk)
    publication.publish(proposal, organiser)
    visit("proposal_sending", proposal.pk)
    for match in proposal.matches.all()[:2]:
        people = match.seats.values_list("application", flat=True)
        aftercare.end(match, [*people], "They asked.", organiser)
    for name in ["matching_day", "after", "after_pairs", "after_waiting"]:
        visit(name, round_.pk)
    last = proposal.matches.last()
    one, other = last.seats.all()
    concerns.tell(one, "We cannot agree on a language.")
    aftercare.note(other, "silent", "No word in two weeks.")
    visit("after", round_.pk)
    visit("after_pair", round_.pk, last.pk, query="?end=1")
    visit("after_results", round_.pk)
    visit("log", round_.pk)
    visit("after_repair", round_.pk, repairing.find(round_, organiser).pk)


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
