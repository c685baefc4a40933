"""Telling who waits that a round is open: asked for, confirmed, told once."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from iln.mail.kinds import KINDS
from iln.mail.models import Message
from iln.mail.outbox import deliver_due
from participants import services
from participants.models import OpeningAlert
from participants.tasks import announce_open_rounds
from tests.factories import OpeningAlertFactory, RoundFactory
from tests.participants.helpers import at_once

pytestmark = pytest.mark.django_db


def ask(client, address):
    return client.post(
        reverse("participants:ask_to_be_told"), {"email": address}, follow=True
    )


def waiting(**facts):
    return OpeningAlertFactory(confirmed_at=timezone.now(), **facts)


def told():
    messages = Message.objects.filter(kind="round is open")
    return sorted(messages.values_list("address", flat=True))


def test_asking_twice_makes_one_alert_and_the_same_page(client):
    first, again = ask(client, "jo@example.org"), ask(client, "JO@example.org")

    assert first.text == again.text
    assert "Look into your mail" in first.text
    assert OpeningAlert.objects.get().confirmed_at is None
    assert set(Message.objects.values_list("kind", "address")) == {
        ("confirm alert", "jo@example.org")
    }


def test_asking_names_a_mistake_and_keeps_what_was_typed(client):
    response = ask(client, "jo@")

    assert "<title>Error: " in response.text
    assert 'value="jo@"' in response.text
    assert not OpeningAlert.objects.exists()


def test_asking_only_by_the_button(client):
    assert client.get(reverse("participants:ask_to_be_told")).status_code == 405


def test_whoever_is_on_the_list_gets_no_second_mail(client, mailoutbox):
    waiting(email="jo@example.org")

    response = ask(client, "jo@example.org")
    deliver_due()

    assert "Look into your mail" in response.text
    assert mailoutbox == []
    assert Message.objects.get().last_answer == "The address is confirmed already."


def test_whoever_was_told_may_ask_again(client):
    waiting(email="jo@example.org", told_at=timezone.now())

    ask(client, "jo@example.org")

    assert OpeningAlert.objects.filter(told_at=None).count() == 1


def test_opening_the_link_shows_and_the_button_confirms(client):
    alert = OpeningAlertFactory()
    url = alert.get_absolute_url()

    shown = client.get(url)
    unchanged = OpeningAlert.objects.get().confirmed_at
    done = client.post(url, follow=True)

    assert "Yes, tell me" in shown.text
    assert unchanged is None
    assert "You are on the list" in done.text
    assert OpeningAlert.objects.get().confirmed_at is not None


def test_altered_link_leads_to_a_kind_page(client):
    response = client.get(OpeningAlertFactory().get_absolute_url()[:-2] + "x/")

    assert response.status_code == 404
    assert "This link does not work" in response.text


def test_link_says_when_the_mail_has_gone_out(client):
    alert = waiting(told_at=timezone.now())

    assert "We have written to you" in client.get(alert.get_absolute_url()).text


def test_mail_to_confirm_an_alert_is_dropped_once_it_is_confirmed(client):
    services.ask_to_be_told("jo@example.org")
    message = Message.objects.get()
    why_not = KINDS[message.kind].why_not

    assert why_not(message) == ""
    services.confirm_alert(OpeningAlert.objects.get())
    assert why_not(message) == "The address is confirmed already."


def test_open_round_is_announced_once_to_whoever_confirmed(round_):
    jo, mo = waiting(), waiting()
    OpeningAlertFactory()
    waiting(told_at=timezone.now())

    announce_open_rounds()
    announce_open_rounds()

    assert told() == sorted([jo.email, mo.email])
    assert OpeningAlert.objects.to_tell().count() == 0


def test_nobody_is_told_while_no_round_is_open():
    RoundFactory(planned=True)
    RoundFactory(closed=True)
    waiting()

    announce_open_rounds()

    assert told() == []
    assert OpeningAlert.objects.to_tell().count() == 1


def test_announcement_goes_on_until_all_are_told(round_, monkeypatch):
    monkeypatch.setattr("participants.tasks.AT_ONCE", 2)
    for _ in range(5):
        waiting()

    announce_open_rounds()

    assert len(told()) == 5


def test_announcement_is_dropped_when_the_round_has_closed(round_):
    waiting()
    announce_open_rounds()
    message = Message.objects.get()
    why_not = KINDS[message.kind].why_not

    assert why_not(message) == ""
    round_.closes_at = timezone.now()
    round_.save()
    assert why_not(message) == "The round is not open any more."


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_everybody_once(round_):
    for _ in range(8):
        waiting()

    at_once(*[lambda: services.announce(round_, limit=100)] * 2)

    assert len(told()) == 8
    assert OpeningAlert.objects.to_tell().count() == 0
