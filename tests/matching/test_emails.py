from __future__ import annotations

import pytest
from django.utils import timezone

from matching import emails, wording
from matching.models import Seat
from participants.models import Application
from tests.factories import MatchFactory


@pytest.fixture
def introduce(match):
    """The introduction of somebody in the match."""

    def make(application):
        seat = Seat.objects.in_full().get(application=application)
        return emails.introduction(seat, wording.labels(), timezone.now())

    return make


def saved(message):
    message.save()
    return message


def test_introduction_goes_to_one_person_under_its_own_key(match, amina, introduce):
    message = introduce(amina)

    assert message.key == f"introduction, match {match.pk}, person {amina.user_id}"
    assert message.address == "amina@example.org"
    assert message.subject == "Meet Jo, your partner in Australia"


@pytest.mark.parametrize("part", ["text", "html"])
def test_introduction_says_who_how_and_what_became_of_wishes(part, introduce, amina):
    words = getattr(introduce(amina), part)

    for fact in [
        "Australia",
        "jo@example.org",
        "+61 2 0000",
        "I drive the mobile library.",
        "You both care about: ",
        "8 h 30 min",
        "You write first, please",
        "Kind of workplace: Public library. ",
        "Country or region: Canada. Not this time. 31 people hoped for this and 9 offer it.",
        amina.get_absolute_url(),
    ]:
        assert fact in words


@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_introduction_holds_nobody_elses_data(part, proposal, person, introduce, amina):
    MatchFactory(
        proposal=proposal,
        applications=[
            person("Pilar", "PE", about="Mountains."),
            person("Soren", "DK", about="Islands."),
        ],
    )

    words = getattr(introduce(amina), part)

    for secret in ["Pilar", "Soren", "Mountains", "Islands", "Peru", "+61 4 1111"]:
        assert secret not in words


def test_the_other_one_hears_who_writes_first(introduce, jo):
    message = introduce(jo)

    assert "Amina writes first." in message.text
    assert "What became of your wishes" not in message.html


def test_introduction_of_three_names_both_partners(proposal, person):
    three = [person("Pilar", "PE"), person("Soren", "DK"), person("Mei", "JP")]
    match = MatchFactory(proposal=proposal, applications=three)
    seat = Seat.objects.in_full().get(match=match, position=1)

    message = emails.introduction(seat, {}, timezone.now())

    assert message.subject == "Meet Soren and Mei"
    assert "Write to both in one message." in message.text
    assert "soren@example.org" in message.text
    assert "mei@example.org" in message.text


def test_three_who_pairwise_share_a_language_are_told_no_common_one(proposal, person):
    three = [
        person("Pilar", "PE", languages={"es": 3, "en": 2}),
        person("Soren", "DK", languages={"en": 3, "fr": 2}),
        person("Mei", "CA", languages={"fr": 3, "es": 2}),
    ]
    match = MatchFactory(proposal=proposal, applications=three)
    seat = Seat.objects.in_full().get(match=match, position=1)

    words = emails.introduction(seat, {}, timezone.now()).text

    assert "You can write in" not in words
    assert "Languages you are both at ease with: English\n" in words
    assert "Languages you are both at ease with: Spanish\n" in words


def test_what_people_write_about_themselves_stays_text(introduce, amina, jo):
    jo.about = "<script>alert('Hi')</script> & so on"
    jo.save()

    message = introduce(amina)

    assert "<script>" not in message.html
    assert "<script>alert('Hi')</script> & so on" in message.text


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
    assert "You are first in the next round." in message.text


def test_introduction_is_wanted_as_long_as_nothing_changes(introduce, amina):
    assert emails.why_not_a_seat(saved(introduce(amina))) == ""


def test_introduction_is_not_wanted_by_who_withdrew(introduce, amina):
    message = saved(introduce(amina))
    Application.objects.filter(pk=amina.pk).update(withdrawn_at=timezone.now())

    assert emails.why_not_a_seat(message) == "This person has withdrawn."


def test_introduction_is_not_wanted_without_any_partner(introduce, amina, jo):
    message = saved(introduce(amina))
    Application.objects.filter(pk=jo.pk).update(withdrawn_at=timezone.now())

    assert emails.why_not_a_seat(message) == "All partners have withdrawn."


def test_introduction_is_not_wanted_after_leaving(introduce, amina):
    message = saved(introduce(amina))
    Seat.objects.filter(application=amina).update(left_at=timezone.now())

    assert emails.why_not_a_seat(message) == "This person has left the match."


def test_introduction_does_not_go_to_an_old_address(introduce, amina):
    message = saved(introduce(amina))
    amina.user.email = "amina@new.example.org"
    amina.user.save()

    assert (
        emails.why_not_a_seat(message)
        == "This person’s mail address has changed since."
    )


def test_introduction_of_a_match_that_is_gone_does_not_leave(introduce, match, amina):
    message = saved(introduce(amina))
    match.delete()

    assert emails.why_not_a_seat(message) == "This match is no longer there."


def test_two_of_three_are_still_introduced(proposal, person):
    three = [person("Pilar", "PE"), person("Soren", "DK"), person("Mei", "JP")]
    match = MatchFactory(proposal=proposal, applications=three)
    seat = Seat.objects.in_full().get(match=match, position=1)
    message = saved(emails.introduction(seat, {}, timezone.now()))
    Application.objects.filter(pk=three[1].pk).update(withdrawn_at=timezone.now())

    assert emails.why_not_a_seat(message) == ""


def test_left_over_mail_is_not_wanted_by_who_found_a_partner(amina):
    message = saved(emails.left_over(amina, timezone.now()))
    Application.objects.filter(pk=amina.pk).update(introduced_at=timezone.now())

    assert emails.why_not_left_over(message) == "This person has a partner by now."
