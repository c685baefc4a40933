"""One participant from the first look to the last: on a phone, by keyboard alone, with real mails."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from iln.mail.models import Message
from iln.mail.tasks import deliver_due
from matching import services as matching
from matching.models import CheckIn
from matching.publishing import publication
from matching.tasks import ask_how_it_goes, tell_of_departures
from participants import services
from participants.models import Application, Draft, User
from participants.tasks import ask_still_in
from rounds.models import Round
from tests.factories import ApplicationFactory, OrganiserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AMINA = "amina@example.org"
FOCUSED = """() => {
    const it = document.activeElement
    const label = it.labels && it.labels[0]
    return (label ? label.innerText : it.innerText || "").trim()
}"""
GROUP = """() => {
    const group = document.activeElement.closest("fieldset")
    return group ? group.querySelector("legend").innerText.trim() : ""
}"""


class Hands:
    """A person without a mouse: what cannot be reached with the tab key is not there."""

    def __init__(self, page):
        self.page, self.keys = page, page.keyboard

    def reach(self, words, what=FOCUSED):
        for _ in range(120):
            self.keys.press("Tab")
            if self.page.evaluate(what).startswith(words):
                return
        raise AssertionError(f"“{words}” cannot be reached by keyboard.")

    def press(self, words):
        self.reach(words)
        self.enter()

    def enter(self):
        with self.page.expect_navigation():
            self.keys.press("Enter")

    def type(self, label, words):
        self.reach(label)
        self.keys.press("End")
        self.keys.type(words)

    def tick(self, label):
        self.reach(label)
        self.keys.press("Space")

    def choose(self, group, label):
        """One of several: the tab key gets to the group, the arrows go through it."""
        self.reach(group, GROUP)
        self.keys.press("Space")
        for _ in range(12):
            if self.page.evaluate(FOCUSED).startswith(label):
                return
            self.keys.press("ArrowDown")
        raise AssertionError(f"“{group}” has no “{label}”.")

    def reads(self, heading):
        expect(self.page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 375


@pytest.fixture
def new_hands(new_page, live_server, starting_vocabulary, settings):
    settings.SITE_URL = live_server.url

    def make(**options):
        return Hands(new_page(viewport={"width": 375, "height": 740}, **options))

    return make


@pytest.fixture
def letter(mailoutbox):
    """The first such link in the newest mail to Amina that has one."""

    def find(path):
        deliver_due()
        bodies = [mail.body for mail in mailoutbox if AMINA in mail.to]
        found = [re.search(rf"http\S*{path}\S*", body) for body in bodies]
        return [link[0] for link in found if link][-1]

    return find


@pytest.mark.parametrize("scripts", [False, True], ids=["no scripts", "scripts"])
def test_whole_way_needs_a_keyboard_and_a_mailbox(
    new_hands, letter, live_server, round_, mailoutbox, scripts
):
    ways = {"java_script_enabled": scripts, "accept_downloads": True}
    first, phone = new_hands(**ways), new_hands(**ways)
    jo = ApplicationFactory(
        round=round_, user__name="Jo", country="AU", time_zone="Australia/Sydney"
    )

    begin(first, live_server.url)
    phone.page.goto(letter("/apply/resume/"))
    phone.press("Go on in this browser")
    go_on(phone)
    phone.page.goto(letter("/participation/"))
    confirm_and_change(phone)
    days_before_matching(round_)
    phone.page.goto(letter("/still-in/"))
    phone.press("Yes, I am in")
    phone.reads("You are in. Thank you!")
    introduce(round_, jo)
    phone.page.goto(letter(r"/participation/partner/\d+/(?=\s)"))
    phone.reads("Meet Jo")
    a_week_later()
    phone.page.goto(letter("/check-in/"))
    phone.press("Send my answer")
    phone.reads("Thank you, that is good to hear")
    sign_out_and_in(phone, letter)
    take_a_copy(phone)
    withdraw(phone)
    tell_of_departures()
    deliver_due()
    assert [mail.to for mail in mailoutbox].count([jo.user.email]) > 1
    erase(phone)

    assert [user.name for user in User.objects.all()] == ["Jo", "Olu"]
    assert CheckIn.objects.count() == 1  # Jo's own
    assert not Draft.objects.exclude(email="").exists()
    assert AMINA not in {row.address for row in Message.objects.all()}


def begin(hands, site):
    """From the home page to the second step; then something comes up."""
    hands.page.goto(site)
    hands.press("Apply")
    hands.press("Start")
    hands.reads("Who are you?")
    hands.type("Your name", "Amina Otieno")
    hands.type("Mail address", AMINA)
    hands.enter()
    hands.reads("Where do you live?")
    hands.type("Country", "Kenya")
    hands.press("Save and finish later")
    hands.press("Send me the link")
    hands.reads("Look into your mail")


def go_on(hands):
    """In another browser, where they stopped."""
    hands.reads("Where do you live?")
    hands.press("Continue")
    hands.reads("Your languages and your work")
    hands.type("First language", "English")
    hands.type("First language: how well", "fluent")
    hands.type("Kind of workplace", "Public library")
    hands.type("Role", "Librarian")
    hands.type("Career stage", "Mid career")
    hands.press("Continue")
    hands.tick("Storytelling")
    hands.type("A few sentences about you", "I run the story hour.")
    hands.press("Continue")
    hands.reads("How to meet you")
    hands.press("Continue")
    hands.reads("Your wishes")
    hands.choose("I would like someone who works in", "The same as mine")
    hands.press("Continue")
    hands.reads("Check your answers")
    hands.tick("I agree to the code of conduct")
    hands.tick("I agree that my answers are used")
    hands.press("Send my application")
    hands.reads("Look into your mail")


def confirm_and_change(hands):
    hands.press("Confirm my application")
    hands.reads("You are in, Amina Otieno")
    hands.press("Change my answers")
    hands.reads("Change your answers")
    hands.type("A few sentences about you", " And the maps.")
    hands.press("Save my changes")
    hands.reads("You are in, Amina Otieno")
    mine = Application.objects.get(user__email=AMINA)
    assert mine.about == "I run the story hour. And the maps."


def days_before_matching(round_):
    """Sign-up has closed, and all are asked; Jo says yes."""
    now = timezone.now()
    Round.objects.update(
        opens_at=now - timedelta(days=60),
        closes_at=now - timedelta(days=1),
        confirm_by=now + timedelta(days=2),
    )
    Application.objects.update(
        submitted_at=now - timedelta(days=20), confirmed_at=now - timedelta(days=19)
    )
    ask_still_in()
    services.stay_in(Application.objects.get(name="Jo"))


def introduce(round_, jo):
    proposal = matching.propose(Round.objects.get())
    assert jo in {seat.application for seat in proposal.matches.get().seats.all()}
    organiser = OrganiserFactory(name="Olu")
    publication.publish(proposal, organiser, at_once=True)
    deliver_due()


def a_week_later():
    then = timezone.now() - timedelta(days=8)
    mails = Message.objects.filter(kind="introduction")
    mails.update(sending_at=then, sent_at=then)
    ask_how_it_goes()


def sign_out_and_in(hands, letter):
    hands.press("My participation")
    hands.press("Sign out")
    hands.press("My participation")
    hands.type("Mail address", AMINA)
    hands.enter()
    hands.reads("Look into your mail")
    hands.page.goto(letter("/participation/sign-in/"))
    hands.press("Sign in")
    hands.reads("You are in, Amina Otieno")


def take_a_copy(hands):
    hands.press("Download what we know about you")
    hands.reads("Your data")
    hands.reach("For programs (JSON)")
    with hands.page.expect_download() as download:
        hands.keys.press("Enter")
    told = json.loads(Path(download.value.path()).read_text())
    [mine] = told["tables"]["participants.Application"]["rows"]
    assert mine["about"] == "I run the story hour. And the maps."


def withdraw(hands):
    hands.press("My participation")
    hands.press("Withdraw")
    hands.choose("Why do you withdraw?", "I have no time now")
    hands.press("Yes, withdraw")
    hands.reads("You have withdrawn")


def erase(hands):
    hands.press("Have it erased")
    hands.choose("Your comments in our discussions", "Remove my comments, too")
    hands.tick("Yes, erase everything")
    hands.press("Erase everything now")
    expect(hands.page).to_have_url(re.compile("/participation/data/erased/$"))
