"""From closed sign-up to sent introductions by keyboard alone, in Chromium: with scripts, and without."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from iln.mail.models import Message
from participants.invented.joining import bring
from participants.invented.people import invent
from tests.factories import RoundFactory
from tests.properties import THOROUGH

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not THOROUGH, reason="a minute's walk: CI takes it (THOROUGH=1)"
    ),
]

PATIENCE = 30_000  # milliseconds: a search and its mails, on a busy machine
LONGEST_WAY = 100  # presses of Tab
# The page has just been opened from its top, and what is sought is not in its navigation.
IS_FAR = """one =>
    one.closest("main") && !location.hash && document.activeElement === document.body"""


@pytest.fixture
def round_(starting_vocabulary, transactional_db):
    """Sign-up is closed, and introductions are planned for some weeks later."""
    return RoundFactory(name="September", closed=True, introduction_days=1)


@pytest.fixture
def open_desk(new_page, live_server, organiser_client):
    """Makes a page on which the organiser is logged in."""
    name = settings.SESSION_COOKIE_NAME
    session = organiser_client.cookies[name].value
    cookie = {"name": name, "value": session, "url": live_server.url}

    def open_desk(**options):
        page = new_page(**options)
        page.set_default_timeout(PATIENCE)
        page.context.add_cookies([cookie])
        return page

    return open_desk


@pytest.mark.parametrize(
    ("people", "hard_to_please", "scripts"),
    [(200, "Ravi Patel", True), (40, "Gwen Owen", False)],
)
def test_matching_day_needs_only_a_keyboard(
    people, hard_to_please, scripts, round_, open_desk, live_server
):
    bring(round_, invent(people, seed=1))
    desk = open_desk(java_script_enabled=scripts)
    day = reverse("admin:matching_matching_day", args=[round_.pk])
    desk.goto(live_server.url + day)
    press(desk, "button", "Find the best matching")
    expect(desk.get_by_text(f"of {people} matched")).to_be_visible()
    press(desk, "link", "Review the pairs")

    together = pin(desk)
    apart = veto(desk, round_, hard_to_please)
    swap_and_undo(desk, round_)
    compare_with_a_new_search(desk, people)
    stop_in_time(desk, people)
    publish(desk, people, "Begin at once")

    introduced = pairs_of(round_.proposals.published().get())
    assert together in introduced
    assert apart not in introduced
    everybody = sorted(name for pair in introduced for name in pair)
    assert names_told() == everybody
    assert len(everybody) == people


# --- What the organiser does --------------------------------------------------


def pin(desk):
    pair = people_shown(desk)
    press(desk, "link", "Pin this pair…")
    expect(desk.locator(".price")).to_contain_text("Nobody moves.")
    do_it(desk, "They know each other's books.")
    expect(desk.get_by_text("are together, and stay so.")).to_be_visible()
    return pair


def veto(desk, round_, somebody):
    """The round pays what the page says that it would."""
    tab_to(desk, "textbox", "Name, country or place")
    desk.keyboard.type(somebody)
    enter(desk)
    pair, before = people_shown(desk), wishes_met(round_)
    press(desk, "link", "Keep apart…")
    price = desk.locator(".price")
    expect(price.locator("strong")).to_have_text(re.compile(r"−\d wish(es)? for .+\."))
    fewer = re.search(r"would meet (\d+) wish(es)? fewer", price.inner_text())
    do_it(desk, "They asked for it.")
    expect(desk.get_by_text("are kept apart.")).to_be_visible()
    assert wishes_met(round_) == before - int(fewer[1])
    return pair


def swap_and_undo(desk, round_):
    before = pairs_of(round_.proposals.get())
    press(desk, "link", "Who else for")
    tab_to(desk, "combobox", "Swap places with")
    desk.keyboard.press("Tab")
    enter(desk)
    do_it(desk, "They met in Dakar.")
    expect(desk.get_by_text("have swapped places.")).to_be_visible()
    assert pairs_of(round_.proposals.get()) != before

    press(desk, "button", "Undo:")

    expect(desk.get_by_text("Undone:")).to_be_visible()
    assert pairs_of(round_.proposals.get()) == before


def compare_with_a_new_search(desk, people):
    """The new search keeps what was pinned and vetoed, so it finds the same pairs."""
    press(desk, "link", "Matching day")
    press(desk, "button", "Find it again")
    press(desk, "link", "Matching day")
    press(desk, "link", "Compare")
    expect(desk.get_by_role("heading", name="Who is ahead")).to_be_visible()
    expect(desk.get_by_text(f"In both: {people // 2}")).to_be_visible()


def stop_in_time(desk, people):
    press(desk, "link", "Matching day")
    press(desk, "link", "Look through it")
    publish(desk, people)
    expect(desk.get_by_text(f"0 of {people} introductions sent")).to_be_visible()

    press(desk, "button", "Stop, and tell nobody")

    expect(
        desk.get_by_text("Nobody has heard of it, and it is a draft")
    ).to_be_visible()
    assert names_told() == []
    assert not Message.objects.exists()


def publish(desk, people, *ticked):
    press(desk, "link", "Publish…")
    for name in ticked:
        tab_to(desk, "checkbox", name)
        desk.keyboard.press("Space")
    tab_to(desk, "textbox", "How many introductions is that?")
    desk.keyboard.type(str(people))
    press(desk, "button", "Publish, and send them")
    expect(
        desk.get_by_role("heading", name="Introductions on their way")
    ).to_be_visible()


def do_it(desk, reason):
    tab_to(desk, "textbox", "Why?")
    desk.keyboard.type(reason)
    press(desk, "button", "Do it")


# --- By keyboard --------------------------------------------------------------


def press(desk, role, name):
    tab_to(desk, role, name)
    enter(desk)


def enter(desk):
    with desk.expect_navigation():
        desk.keyboard.press("Enter")


def tab_to(desk, role, name):
    """Press Tab until the focus is on the first one of that name."""
    target = desk.get_by_role(role, name=name).first.element_handle()
    if target.evaluate(IS_FAR):
        skip_the_navigation(desk)
    for _ in range(LONGEST_WAY):
        desk.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to the {role} “{name}”.")


def skip_the_navigation(desk):
    desk.keyboard.press("Tab")
    expect(desk.locator(":focus")).to_have_text("Skip to main content")
    desk.keyboard.press("Enter")


# --- What came of it ----------------------------------------------------------


def people_shown(desk):
    return frozenset(desk.locator(".sides h2").all_inner_texts())


def pairs_of(proposal):
    return {
        frozenset(seat.application.name for seat in match.seats.all())
        for match in proposal.matches.prefetch_related("seats__application")
    }


def wishes_met(round_):
    return round_.proposals.get().figures["wishes_met"]


def names_told():
    introductions = Message.objects.filter(kind="introduction").exclude(sent_at=None)
    return sorted(introductions.values_list("recipient__name", flat=True))
