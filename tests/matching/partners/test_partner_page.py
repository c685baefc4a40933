"""The page on which partners find each other, and the calendar file from it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from iln.mail.tasks import deliver_due
from matching.models import Seat
from matching.publishing import publication
from participants import services
from participants.models import Application
from rounds.models import Round
from tests.factories import MatchFactory, OrganiserFactory, UserFactory

DETAILS = ["jo@example.org", "+61 2 0000"]


def page_of(match):
    return reverse("matching:partner", args=[match.pk])


def slots_on(page):
    return re.findall(r'href="([^"]+\.ics)"', page.text)


@pytest.fixture
def three(proposal, person, organiser):
    people = [
        person("Pilar", "PE", time_zone="America/Lima"),
        person("Soren", "DK", time_zone="Europe/Copenhagen"),
        person("Awa", "SN", time_zone="Africa/Dakar"),
    ]
    match = MatchFactory(proposal=proposal, applications=people)
    publication.publish(proposal, organiser, at_once=True)
    deliver_due()
    return match, people


def test_page_says_who_how_when_and_what_became_of_each_wish(
    introduced, amina, sign_in
):
    page = sign_in(amina.user).get(page_of(introduced)).text

    for fact in [
        "Jo",
        "Australia",
        "I drive the mobile library.",
        "<dt>You both care about</dt><dd>Makerspaces</dd>",
        "Signal",
        "<strong>You do, please</strong>",
        "your time (Nairobi)",
        '<span class="pill-met">met</span> Kind of workplace: <strong>Public library',
        '<span class="pill-unmet">not this time</span> Country or region',
        "31 people hoped for this and 9 offer it.",
        "Something about Makerspaces",
        *DETAILS,
    ]:
        assert fact in page
    assert "+61 4 1111" not in page


def test_wishes_in_free_words_are_accounted_for_once_an_organiser_read_them(
    introduced, amina, sign_in
):
    Application.objects.filter(pk=amina.pk).update(wishes_text="Somebody patient.")
    assert "Somebody patient." not in sign_in(amina.user).get(page_of(introduced)).text

    Application.objects.filter(pk=amina.pk).update(wishes_read_at=timezone.now())

    assert "Somebody patient." in sign_in(amina.user).get(page_of(introduced)).text


@pytest.mark.parametrize("who", ["stranger", "other participant", "organiser"])
def test_nobody_else_learns_anything(who, introduced, person, organiser, sign_in):
    client = {
        "stranger": Client,
        "other participant": lambda: sign_in(person("Pilar", "PE").user),
        "organiser": lambda: sign_in(OrganiserFactory()),
    }[who]()
    moment = timezone.now() + timedelta(days=3)

    for url in [
        page_of(introduced),
        reverse("matching:slot", args=[introduced.pk, f"{moment:%Y%m%d}T0900Z"]),
    ]:
        response = client.get(url)
        assert response.status_code == (302 if who == "stranger" else 404)
        assert "Jo" not in response.text


def test_an_organisers_log_in_to_the_admin_does_not_open_it(
    introduced, organiser_client
):
    response = organiser_client.get(page_of(introduced))

    assert response.url.startswith(reverse("participants:send_link"))


def test_there_is_no_page_of_a_match_that_does_not_exist(amina, sign_in):
    assert sign_in(amina.user).get("/participation/partner/9999/").status_code == 404


def test_there_is_no_page_before_the_introduction_has_left(
    proposal, match, organiser, amina, sign_in
):
    publication.publish(proposal, organiser, at_once=True)
    assert sign_in(amina.user).get(page_of(match)).status_code == 404

    deliver_due()

    assert sign_in(amina.user).get(page_of(match)).status_code == 200


def test_page_is_kept_by_nobody_on_the_way(introduced, amina, sign_in):
    response = sign_in(amina.user).get(page_of(introduced))

    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("ends", ["withdraw", "end"])
def test_details_are_gone_once_the_pair_is_over(ends, introduced, amina, jo, sign_in):
    client = sign_in(amina.user)
    [first, *_] = slots_on(client.get(page_of(introduced)))
    if ends == "withdraw":
        services.withdraw(jo)
    else:
        Seat.objects.filter(match=introduced).update(left_at=timezone.now())

    page = client.get(page_of(introduced)).text

    heading = "Your partner has had to leave" if ends == "withdraw" else "has ended"
    assert heading in page
    for secret in ["Jo", "Australia", *DETAILS]:
        assert secret not in page
    assert client.get(first).status_code == 404


def test_who_withdrew_sees_no_partner(introduced, amina, sign_in):
    services.withdraw(amina)

    page = sign_in(amina.user).get(page_of(introduced)).text

    assert "You have withdrawn" in page
    assert "jo@example.org" not in page


def test_after_the_rounds_end_partners_find_each_other_but_no_moments(
    introduced, amina, sign_in
):
    Round.objects.update(ends_at=timezone.now())

    page = sign_in(amina.user).get(page_of(introduced))

    assert "You may stay in touch" in page.text
    assert "jo@example.org" in page.text
    assert slots_on(page) == []


def test_three_get_three_moments_and_both_partners(three, sign_in):
    match, (pilar, *_) = three

    page = sign_in(pilar.user).get(page_of(match))

    assert len(slots_on(page)) == 3
    for fact in ["soren@example.org", "awa@example.org", "Write to both"]:
        assert fact in page.text


def test_two_who_are_left_of_three_go_on(three, sign_in):
    match, (pilar, soren, _) = three
    services.withdraw(pilar)

    page = sign_in(soren.user).get(page_of(match)).text

    assert "You still have each other" in page
    assert "awa@example.org" in page
    assert "Pilar" not in page
    assert "What became of your wishes" not in page


def test_who_never_shares_an_hour_is_told_so_honestly(
    proposal, person, organiser, sign_in
):
    zones = {"JP": "Asia/Tokyo", "GB": "Europe/London", "US": "America/Los_Angeles"}
    people = [person(f"P{c}", c, time_zone=zone) for c, zone in zones.items()]
    match = MatchFactory(proposal=proposal, applications=people)
    publication.publish(proposal, organiser, at_once=True)
    deliver_due()

    page = sign_in(people[0].user).get(page_of(match))

    assert "While one of you is awake, another sleeps" in page.text
    assert slots_on(page) == []


def test_page_takes_as_many_queries_for_three_as_for_two(
    proposal, match, person, organiser, amina, sign_in, django_assert_num_queries
):
    three = [person("Pilar", "PE"), person("Soren", "DK"), person("Mei", "JP")]
    trio = MatchFactory(proposal=proposal, applications=three)
    publication.publish(proposal, organiser, at_once=True)
    deliver_due()

    for application, theirs in [(amina, match), (three[0], trio)]:
        client = sign_in(application.user)
        with django_assert_num_queries(11):
            client.get(page_of(theirs))


def test_calendar_file_holds_the_moment_and_names_only(introduced, amina, sign_in):
    client = sign_in(amina.user)
    [first, second] = slots_on(client.get(page_of(introduced)))

    response = client.get(first)

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="talk-')
    [event] = Calendar.from_ical(response.content).walk("VEVENT")
    starts = event.decoded("dtstart")
    assert starts.utcoffset() == timedelta(0)
    assert f"{starts:%Y%m%dT%H%MZ}" in first
    assert event.decoded("dtend") - starts == timedelta(minutes=30)
    assert str(event["summary"]) == "A talk with Jo"
    assert b"\r\n" in response.content
    assert b"example.org" not in response.content.replace(b"UID:", b"")
    again = Calendar.from_ical(client.get(first).content).walk("VEVENT")[0]
    other = Calendar.from_ical(client.get(second).content).walk("VEVENT")[0]
    assert event["uid"] == again["uid"] != other["uid"]


def test_calendar_file_cannot_be_broken_by_a_name(introduced, amina, jo, sign_in):
    Application.objects.filter(pk=jo.pk).update(name="Jo; BEGIN:VALARM, \\n ج")
    client = sign_in(amina.user)
    [first, _] = slots_on(client.get(page_of(introduced)))

    [event] = Calendar.from_ical(client.get(first).content).walk("VEVENT")

    assert str(event["summary"]) == "A talk with Jo; BEGIN:VALARM, \\n ج"
    assert event.subcomponents == []


@pytest.mark.parametrize("key", ["tomorrow", "20270230T0900Z", "20270111T0007Z"])
def test_there_is_no_calendar_file_of_anybodys_night_or_nonsense(
    key, introduced, amina, sign_in
):
    url = reverse("matching:slot", args=[introduced.pk, key])

    assert sign_in(amina.user).get(url).status_code == 404


def test_links_on_the_participation_page_lead_here(introduced, amina, sign_in):
    page = sign_in(amina.user).get(reverse("participants:participation")).text

    assert page_of(introduced) in page


def test_a_user_without_an_application_is_nobody_here(introduced, sign_in):
    assert sign_in(UserFactory()).get(page_of(introduced)).status_code == 404
