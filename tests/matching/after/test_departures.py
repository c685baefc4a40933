"""Whoever loses a partner hears it once, kindly, and without a name."""

from __future__ import annotations

import pytest
from django.utils import timezone

from iln.mail.models import Message
from iln.mail.tasks import deliver_due
from matching.after import aftercare, departures
from matching.models import Seat
from matching.publishing import publication
from matching.tasks import tell_of_departures
from participants import services
from rounds.models import Round
from tests.factories import MatchFactory


def news():
    return Message.objects.filter(kind="partner gone").order_by("pk")


def publish(proposal, organiser):
    publication.publish(proposal, organiser, at_once=True)
    deliver_due()


@pytest.fixture
def introduced(proposal, match, organiser):
    publish(proposal, organiser)
    return match


@pytest.fixture
def three(proposal, person, organiser):
    people = [person("Pilar", "PE"), person("Soren", "DK"), person("Mei", "JP")]
    MatchFactory(proposal=proposal, applications=people)
    publish(proposal, organiser)
    return people


def test_who_loses_their_partner_hears_it_once(introduced, amina, jo, mailoutbox):
    services.withdraw(jo)

    tell_of_departures()
    tell_of_departures()
    deliver_due()

    [mail] = news()
    assert mail.recipient == amina.user
    assert mail.sent_at
    assert "We look for somebody new for you" in mail.text
    for secret in ["Jo", "jo@example.org", "Australia"]:
        assert secret not in mail.subject + mail.text + mail.html
    assert Seat.objects.get(application=amina).told_partner_left_at


def test_nobody_is_told_while_all_are_there(introduced):
    assert departures.tell(limit=10) == 0


def test_nobody_is_told_of_a_partner_they_have_not_been_introduced_to(
    proposal, match, organiser, jo
):
    publication.publish(proposal, organiser, at_once=True)
    services.withdraw(jo)
    assert departures.tell(limit=10) == 0

    deliver_due()  # their introduction is not wanted any more

    assert departures.tell(limit=10) == 1


def test_nobody_is_told_after_the_rounds_end(introduced, jo):
    services.withdraw(jo)
    Round.objects.update(ends_at=timezone.now())

    assert departures.tell(limit=10) == 0


def test_who_left_themselves_is_not_told(introduced, amina, jo):
    services.withdraw(jo)
    services.withdraw(amina)

    assert departures.tell(limit=10) == 0


def test_two_of_three_are_told_that_they_have_each_other_and_then_the_last_one(three):
    pilar, soren, mei = three
    services.withdraw(pilar)
    assert departures.tell(limit=10) == 2
    for mail in news():
        assert "You still have each other" in mail.text
        assert "we look for somebody new" not in mail.subject

    services.withdraw(soren)

    assert departures.tell(limit=10) == 1
    assert news().last().recipient == mei.user
    assert "We look for somebody new for you" in news().last().text


def test_people_are_told_in_parts(three):
    services.withdraw(three[0])

    assert [departures.tell(limit=1) for _ in range(3)] == [1, 1, 0]


def test_news_is_not_wanted_by_who_withdrew_meanwhile(introduced, amina, jo):
    services.withdraw(jo)
    departures.tell(limit=10)
    services.withdraw(amina)

    deliver_due()

    assert news().get().last_answer == "This person has withdrawn."


@pytest.mark.parametrize("limit", [1, 2])
def test_telling_takes_as_many_queries_for_two_as_for_one(
    limit, three, django_assert_num_queries
):
    services.withdraw(three[0])

    with django_assert_num_queries(10):
        assert departures.tell(limit=limit) == limit


def test_ended_pair_hears_it_each_in_their_way(introduced, amina, jo, organiser):
    aftercare.end(introduced, {amina.pk}, "Jo never answered.", organiser)

    mails = {mail.recipient: mail for mail in Message.objects.filter(kind="pair ended")}
    assert set(mails) == {amina.user, jo.user}
    assert "We look for somebody new for you" in mails[amina.user].text
    assert "we do not look for a new partner for you now" in mails[jo.user].text
    for mail in mails.values():
        assert "never answered" not in mail.text + mail.html
    assert departures.tell(limit=10) == 0


def test_pair_that_was_never_introduced_hears_of_no_end(
    proposal, match, amina, organiser
):
    publication.publish(proposal, organiser)

    aftercare.end(match, {amina.pk}, "They know each other.", organiser)

    assert not Message.objects.filter(kind="pair ended").exists()
