from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from iln.mail.models import Message
from iln.mail.tasks import deliver_due
from matching import emails
from matching.models import Seat
from participants.models import Application
from participants.terms import Terms
from tests.factories import ChannelFactory, MatchFactory
from tests.matching.reports import line


def saved(message):
    message.save()
    return message


def withdraw(application):
    Application.objects.filter(pk=application.pk).update(withdrawn_at=timezone.now())


@pytest.fixture
def three(proposal, person):
    """Pilar, who writes first, Soren and Mei are one match."""
    people = [
        person("Pilar", "PE", about="Mountains."),
        person("Soren", "DK", about="Islands."),
        person("Mei", "JP", about="Trains."),
    ]
    MatchFactory(proposal=proposal, applications=people, minutes_awake=90)
    return people


def introduction_of(application):
    seat = Seat.objects.in_full().get(application=application)
    return emails.introduction(seat, Terms(), timezone.now())


def test_introduction_goes_to_one_person_under_its_own_key(match, amina):
    message = introduction_of(amina)

    assert message.key == f"introduction, match {match.pk}, person {amina.user_id}"
    assert message.address == "amina@example.org"
    assert message.subject == "Meet Jo, your partner in Australia"


@pytest.mark.parametrize("part", ["text", "html"])
def test_introduction_says_who_how_and_what_became_of_wishes(part, match, amina):
    words = getattr(introduction_of(amina), part)

    for fact in [
        "Australia",
        "jo@example.org",
        "+61 2 0000",
        "I drive the mobile library.",
        "You both care about: ",
        "both awake at the same time for about ",
        "your time (Nairobi)",
        "(Sydney)",
        "You write first, please",
        "Kind of workplace: Public library. ",
        "Country or region: Canada. Not this time. 31 people hoped for this and 9 offer it.",
        f"/participation/partner/{match.pk}/",
    ]:
        assert fact in words


@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_introduction_holds_nobody_elses_data(part, match, person, amina):
    MatchFactory(
        proposal=match.proposal,
        applications=[
            person("Pilar", "PE", about="Mountains."),
            person("Soren", "DK", about="Islands."),
        ],
    )

    words = getattr(introduction_of(amina), part)

    for secret in ["Pilar", "Soren", "Mountains", "Islands", "Peru", "+61 4 1111"]:
        assert secret not in words


def test_the_other_one_hears_who_writes_first(match, jo):
    message = introduction_of(jo)

    assert "Amina writes first." in message.text
    assert "What became of your wishes" not in message.html


def test_introduction_of_three_names_both_partners(three):
    message = introduction_of(three[0])

    assert message.subject == "Meet Soren and Mei"
    assert "Write to both in one message." in message.text
    assert "soren@example.org" in message.text
    assert "mei@example.org" in message.text
    assert "You are all awake at the same time for about 15 h a day" in message.text


def test_three_who_pairwise_share_a_language_are_told_no_common_one(proposal, person):
    three = [
        person("Pilar", "PE", languages={"es": 3, "en": 2}),
        person("Soren", "DK", languages={"en": 3, "fr": 2}),
        person("Mei", "CA", languages={"fr": 3, "es": 2}),
    ]
    MatchFactory(proposal=proposal, applications=three)

    words = introduction_of(three[0]).text

    assert "You can write in" not in words
    assert "Languages you are both at ease with: English\n" in words
    assert "Languages you are both at ease with: Spanish\n" in words


def test_what_people_write_about_themselves_stays_text(match, amina, jo):
    jo.about = "<script>alert('Hi')</script> & so on"
    jo.save()

    message = introduction_of(amina)

    assert "<script>" not in message.html
    assert "<script>alert('Hi')</script> & so on" in message.text


PLACES = [
    ("You both care about", "I drive the mobile library."),
    ("A FIRST TALK", "A first talk"),
    ("WHO WRITES FIRST", "Who writes first"),
    ("WHAT BECAME OF YOUR WISHES", "What became of your wishes"),
    ("HOW TO REACH", "How to reach"),
]


@pytest.mark.parametrize(("part", "nth"), [("text", 0), ("html", 1)])
def test_introduction_begins_with_what_they_share(part, nth, match, amina):
    words = getattr(introduction_of(amina), part)

    places = [words.index(place[nth]) for place in PLACES]
    assert places == sorted(places)


def test_introduction_offers_both_the_same_moments(match, amina, jo):
    def links(message):
        return re.findall(r"/partner/\d+/(\w+)\.ics", message.text)

    mine, theirs = introduction_of(amina), introduction_of(jo)

    assert len(links(mine)) == 2
    assert links(mine) == links(theirs)
    assert links(mine) == re.findall(r"/(\w+)\.ics", mine.html)


def test_introduction_suggests_nothing_that_is_past_when_it_leaves(match, amina):
    seat = Seat.objects.in_full().get(application=amina)
    long_ago = timezone.now() - timedelta(days=30)

    message = emails.introduction(seat, Terms(), long_ago)

    keys = re.findall(r"/(\w+)\.ics", message.text)
    assert min(keys) > f"{timezone.now():%Y%m%dT%H%MZ}"


def test_guide_names_the_partner_and_the_rounds_end(match, amina):
    seat = Seat.objects.in_full().get(application=amina)

    message = emails.guide(seat, timezone.now())

    assert message.subject == "Getting started with Jo"
    assert message.key == f"guide, match {match.pk}, person {amina.user_id}"
    assert f"{amina.round.ends_at:%Y}" in message.text


def test_left_over_mail_is_kind_and_says_who_is_first_next_time(amina):
    message = emails.left_over(amina, timezone.now())

    assert (
        message.subject == f"No partner for you in {amina.round}, and what comes next"
    )
    assert (
        "You are among the first in the next round, since we found no" in message.text
    )


def test_introduction_is_wanted_as_long_as_nothing_changes(match, amina):
    assert emails.why_not_a_seat(saved(introduction_of(amina))) == ""


def test_introduction_is_not_wanted_by_who_withdrew(match, amina):
    message = saved(introduction_of(amina))
    withdraw(amina)

    assert emails.why_not_a_seat(message) == "This person has withdrawn."


def test_introduction_is_not_wanted_without_any_partner(match, amina, jo):
    message = saved(introduction_of(amina))
    withdraw(jo)

    assert emails.why_not_a_seat(message) == "All partners have withdrawn."


def test_introduction_is_not_wanted_after_leaving(match, amina):
    message = saved(introduction_of(amina))
    Seat.objects.filter(application=amina).update(left_at=timezone.now())

    assert emails.why_not_a_seat(message) == "This person has left the match."


def test_introduction_of_a_match_that_is_gone_does_not_leave(match, amina):
    message = saved(introduction_of(amina))
    match.delete()

    assert emails.why_not_a_seat(message) == "This match is no longer there."


def test_who_withdrew_from_three_is_in_no_mail_that_leaves_later(three, mailoutbox):
    pilar, soren, mei = three
    for person in three:
        saved(introduction_of(person))
        saved(emails.guide(Seat.objects.get(application=person), timezone.now()))
    withdraw(pilar)

    deliver_due()

    left = Message.objects.exclude(sent_at=None)
    assert {(mail.recipient, mail.kind) for mail in left} == {
        (person.user, kind)
        for person in (soren, mei)
        for kind in ("introduction", "guide")
    }
    assert len(mailoutbox) == 4
    words = "".join(mail.subject + mail.text + mail.html for mail in left)
    for secret in ["Pilar", "Peru", "pilar@example.org", "Mountains."]:
        assert secret not in words


def test_two_who_are_left_of_three_read_as_two(three, mailoutbox):
    Seat.objects.filter(application=three[1]).update(
        report=[line("country", "PE", met=True)]
    )
    message = saved(introduction_of(three[1]))
    withdraw(three[0])

    deliver_due()

    message.refresh_from_db()
    assert message.subject == "Meet Mei, your partner in Japan"
    assert "You write first, please" in message.text
    assert "Write to both" not in message.text
    assert "You are both awake at the same time" in message.text
    assert "WHAT BECAME OF YOUR WISHES" not in message.text


def test_contact_details_are_those_of_the_moment_when_the_mail_leaves(
    match, amina, jo, mailoutbox
):
    message = saved(introduction_of(amina))
    jo.user.email = "jo@new.example.org"
    jo.user.save()
    jo.channels.all().delete()
    ChannelFactory(application=jo, kind="telegram", handle="@jo")

    deliver_due()

    [mail] = mailoutbox
    message.refresh_from_db()
    assert mail.body == message.text
    assert "jo@new.example.org" in mail.body
    assert "Telegram: @jo" in mail.body
    assert "jo@example.org" not in mail.body
    assert "+61 2 0000" not in mail.body


def test_left_over_mail_is_not_wanted_by_who_found_a_partner(amina):
    message = saved(emails.left_over(amina, timezone.now()))
    Application.objects.filter(pk=amina.pk).update(introduced_at=timezone.now())

    assert emails.why_not_left_over(message) == "This person has a partner by now."
