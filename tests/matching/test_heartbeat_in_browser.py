"""Answering on a phone, by keyboard, without scripts; and every page with axe."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from matching.models import CheckIn, Seat, Survey
from matching.publishing import publication
from rounds.models import Round
from tests.factories import OrganiserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 375, "height": 780}


@pytest.fixture
def seat(proposal, match, amina):
    """Amina's, in a published round."""
    publication.publish(proposal, OrganiserFactory(), at_once=True)
    return Seat.objects.get(application=amina)


@pytest.fixture
def asked(seat):
    return CheckIn.objects.create(seat=seat, number=2, asked_at=timezone.now())


@pytest.fixture
def survey(seat):
    """The round ended yesterday."""
    days = {"opens_at": 90, "closes_at": 80, "confirm_by": 80, "matching_at": 80}
    days |= {"introduces_at": 80, "ends_at": 1}
    now = timezone.now()
    Round.objects.update(
        **{name: now - timedelta(days=past) for name, past in days.items()}
    )
    return Survey.objects.create(seat=seat, asked_at=now)


def look_at(page):
    for scheme, width in [("light", 1280), ("dark", 375), ("light", 320)]:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        result = Axe().run(page)
        assert result.violations_count == 0, f"{page.url}: {result.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{page.url} at {width}: {wide} too wide"


def test_check_in_is_answered_by_keyboard_without_scripts(new_page, live_server, asked):
    page = new_page(java_script_enabled=False, viewport=PHONE)
    page.goto(f"{live_server.url}{asked.get_absolute_url()}?answer=in_touch")
    expect(page.get_by_label("Yes, we are in touch")).to_be_checked()

    page.get_by_label("Yes, we are in touch").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Send my answer").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Thank you, that is good to hear"
    )
    asked.refresh_from_db()
    assert (asked.answer, asked.frequency) == ("in_touch", "weekly")


def test_survey_is_answered_and_mended_without_scripts(new_page, live_server, survey):
    page = new_page(java_script_enabled=False, viewport=PHONE)
    page.goto(live_server.url + survey.get_absolute_url())
    page.get_by_label("What went well?").fill("We wrote each month.")
    page.get_by_role("button", name="Send my answers").press("Enter")
    page.get_by_role("link", name="Please choose a number from 1 to 5").press("Enter")
    page.get_by_label("4 – happy").press("Space")
    page.get_by_label("About once a month").press("Space")
    page.get_by_role("button", name="Send my answers").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Thank you for telling us"
    )
    survey.refresh_from_db()
    assert (survey.satisfaction, survey.words) == (4, "We wrote each month.")


def test_pages_of_a_check_in_are_accessible(page, live_server, asked):
    page.goto(live_server.url + asked.get_absolute_url())
    look_at(page)
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_at(page)
    for answer in ("I need help", "Not yet", "Yes, we are in touch"):
        page.goto(live_server.url + asked.get_absolute_url())
        page.get_by_label(answer).check()
        page.get_by_label("About every week").check()
        page.get_by_role("button", name="Send my answer").click()
        page.wait_for_url("**/thanks/")
        look_at(page)
    page.get_by_role("link", name="Say that you would rather").click()
    look_at(page)
    page.get_by_role("button", name="I would rather change").click()
    expect(page.get_by_role("button", name="I would like to stay")).to_be_visible()
    look_at(page)
    CheckIn.objects.create(seat=asked.seat, number=3, asked_at=timezone.now())
    page.goto(live_server.url + asked.get_absolute_url())
    look_at(page)


def test_pages_of_the_survey_are_accessible(page, live_server, survey):
    page.goto(live_server.url + survey.get_absolute_url())
    look_at(page)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_at(page)
    page.get_by_label("5 – very happy").check()
    page.get_by_label("Not at all", exact=True).check()
    page.get_by_role("button", name="Send my answers").click()
    page.wait_for_url("**/thanks/")
    look_at(page)


def test_results_and_a_pair_are_accessible(
    page, live_server, ended_round, say_how_it_was, asked
):
    say_how_it_was(7, 5, "weekly", met=True, words="Lovely!", may_quote=True)
    say_how_it_was(6, 2, "never", met=False)
    say_how_it_was(2, 3, "monthly")
    client = Client()
    client.force_login(OrganiserFactory())
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value}
    page.context.add_cookies([cookie | {"url": live_server.url}])

    at = live_server.url
    page.goto(at + reverse("admin:matching_after_results", args=[ended_round.pk]))
    look_at(page)
    match = asked.seat.match
    round_ = match.proposal.round_id
    for name, args in [("", []), ("_pairs", []), ("_pair", [match.pk])]:
        page.goto(at + reverse(f"admin:matching_after{name}", args=[round_, *args]))
        look_at(page)
