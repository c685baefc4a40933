"""Another mail address, which mails, which language."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from iln.mail.kinds import why_not
from iln.mail.models import Message, Unsubscribed
from iln.mail.outbox import deliver_due
from participants import services
from participants.models import AddressChange, FormerAddress
from participants.models.user import fingerprint
from tests.factories import (
    ApplicationFactory,
    MessageFactory,
    TopicFactory,
    UserFactory,
)
from tests.properties import examples
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

ADDRESS, ASKED = "/participation/address/", "/participation/address/sent/"
MAILS = "/participation/mails/"


@pytest.fixture
def amina(client):
    user = ApplicationFactory(user__email="amina@example.org").user
    sign_in(client, user)
    return user


def links_in(mails):
    """The link of each mail, by whom it went to."""
    return {
        mail.to[0]: line.removeprefix(settings.SITE_URL)
        for mail in mails
        for line in mail.body.splitlines()
        if "/address/" in line
    }


def ask(client, mailoutbox, email="new@example.org"):
    """Ask for another address; answers the links to confirm and to stop it."""
    client.post(ADDRESS, {"email": email})
    deliver_due()
    links = links_in(mailoutbox)
    return links[email], links["amina@example.org"]


def test_new_address_is_used_once_it_is_confirmed(client, amina, mailoutbox):
    confirm, _ = ask(client, mailoutbox)
    seen = Client().get(confirm)
    amina.refresh_from_db()
    before = amina.email

    done = Client().post(confirm)
    again = Client().post(confirm)

    amina.refresh_from_db()
    assert "Is this your new mail address?" in seen.text
    assert (before, amina.email) == ("amina@example.org", "new@example.org")
    assert "Your new address is confirmed" in done.text
    assert "This link does not work any more" in again.text
    assert client.get("/participation/").status_code == 302  # signed out


def test_both_addresses_hear_of_the_change_and_no_link_stays_in_the_outbox(
    client, amina, mailoutbox
):
    ask(client, mailoutbox)

    assert sorted(mail.to[0] for mail in mailoutbox) == [
        "amina@example.org",
        "new@example.org",
    ]
    rows = Message.objects.values_list("recipient", "text", "html")
    assert {recipient for recipient, *_ in rows} == {amina.pk}
    assert "/address/" not in f"{list(rows)}"


def test_old_address_stops_the_change_before_it_is_made(client, amina, mailoutbox):
    confirm, stop = ask(client, mailoutbox)
    seen = Client().get(stop)

    stopped = Client().post(stop)
    late = Client().post(confirm)

    amina.refresh_from_db()
    assert "Stop the change of your address?" in seen.text
    assert "The change is stopped" in stopped.text
    assert "This link does not work any more" in late.text
    assert amina.email == "amina@example.org"


def test_old_address_takes_the_change_back_for_a_week(client, amina, mailoutbox):
    confirm, stop = ask(client, mailoutbox)
    Client().post(confirm)

    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        Client().post(stop)

    amina.refresh_from_db()
    assert amina.email == "amina@example.org"


def test_a_week_later_the_change_stays(client, amina, mailoutbox):
    confirm, stop = ask(client, mailoutbox)
    Client().post(confirm)

    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        page = Client().post(stop)

    amina.refresh_from_db()
    assert amina.email == "new@example.org"
    assert "This link does not work any more" in page.text


def test_after_a_stop_nobody_asks_again_for_a_week(client, amina, mailoutbox):
    _, stop = ask(client, mailoutbox)
    Client().post(stop)

    refused = client.post(ADDRESS, {"email": "third@example.org"})
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        sign_in(client, amina)
        later = client.post(ADDRESS, {"email": "third@example.org"})

    assert "Somebody stopped a change of your address" in refused.text
    assert later.url == ASKED


def test_link_to_confirm_works_for_two_days(client, amina, mailoutbox):
    confirm, _ = ask(client, mailoutbox)

    with time_machine.travel(timezone.now() + timedelta(days=2, minutes=1)):
        Client().post(confirm)

    amina.refresh_from_db()
    assert amina.email == "amina@example.org"


def test_only_the_newest_wish_counts(client, amina, mailoutbox):
    first, _ = ask(client, mailoutbox, "first@example.org")
    second, _ = ask(client, mailoutbox, "second@example.org")

    assert Client().post(first).status_code == 404
    Client().post(second)

    amina.refresh_from_db()
    assert amina.email == "second@example.org"


def test_taken_address_gets_the_same_answer_and_a_mail_that_explains(
    client, amina, mailoutbox
):
    UserFactory(email="Taken@example.org")

    free = client.post(ADDRESS, {"email": "free@example.org"}, follow=True)
    taken = client.post(ADDRESS, {"email": "taken@example.org"}, follow=True)
    deliver_due()

    assert free.content == taken.content
    assert free.redirect_chain == taken.redirect_chain
    (told,) = [mail for mail in mailoutbox if mail.to == ["taken@example.org"]]
    assert told.subject == "You have an account with this address already"
    assert "/confirm/" not in told.body


def test_address_taken_meanwhile_is_refused(client, amina, mailoutbox):
    confirm, _ = ask(client, mailoutbox)
    UserFactory(email="NEW@example.org")

    page = Client().post(confirm)

    amina.refresh_from_db()
    assert "This address cannot be used" in page.text
    assert amina.email == "amina@example.org"
    assert not FormerAddress.objects.exists()


def test_links_for_one_end_are_none_for_the_other(client, amina):
    services.ask_for_address(amina, "new@example.org")
    change = AddressChange.objects.get()

    confirm = Client().post(f"{ADDRESS}confirm/{change.stop_token}/")
    stop = Client().post(f"{ADDRESS}stop/{change.confirm_token}/")

    assert (confirm.status_code, stop.status_code) == (404, 404)


@pytest.mark.parametrize("typed", ["", "amina@", "AMINA@example.org"])
def test_mistake_in_the_new_address_is_named(client, amina, typed):
    page = client.post(ADDRESS, {"email": typed})

    assert "<title>Error: Change my mail address" in page.text
    assert 'href="#id_email"' in page.text
    assert not AddressChange.objects.exists()


@pytest.mark.parametrize("path", [ADDRESS, ASKED, MAILS])
def test_account_pages_are_only_for_who_is_signed_in(client, path):
    assert client.get(path).url.startswith("/participation/link/?next=")
    assert client.post(path, {"email": "x@example.org"}).status_code == 302
    assert not AddressChange.objects.exists()


class TestFormerAddresses(TestCase):
    @examples(30)
    @given(st.lists(st.integers(0, 4), min_size=1, max_size=7))
    def test_a_person_is_known_by_every_address_they_had(self, way):
        FormerAddress.objects.all().delete()
        prints = [fingerprint(f"address{number}@example.org") for number in way]

        for old, new in pairwise(prints):
            if old != new:
                FormerAddress.objects.note(old, new)

        known = FormerAddress.objects.of([prints[-1]])[prints[-1]]
        assert known == set(prints) - {prints[-1]}


def choose(client, **chosen):
    return client.post(MAILS, {"round": "on", "topics": "on"} | chosen)


def test_mails_of_a_stream_can_be_stopped_and_wanted_again(client, amina):
    mine = amina.applications.get()
    other = ApplicationFactory(round=mine.round).user
    about = {
        "kind": "topic",
        "stream": "topics",
        "cause_id": TopicFactory(round=mine.round).pk,
    }
    message = MessageFactory(recipient=amina, **about)
    others = MessageFactory(recipient=other, **about)

    choose(client, topics="off")
    stopped = why_not(message), why_not(others)
    overview = client.get("/participation/").text
    choose(client)

    assert stopped == ("Unsubscribed from this stream.", "")
    assert why_not(message) == ""
    assert "Monthly topics: none" in overview
    assert not Unsubscribed.objects.exists()


def test_mails_can_be_stopped_until_a_day(client, amina):
    day = timezone.localdate() + timedelta(days=30)

    choose(client, round="paused", round_until=day.isoformat())

    row = Unsubscribed.objects.get()
    assert (row.stream, row.until) == ("round", day)
    assert list(Unsubscribed.objects.now()) == [row]
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        assert not Unsubscribed.objects.now().exists()
    page = client.get(MAILS).text
    assert f'value="{day.isoformat()}"' in page


@pytest.mark.parametrize("days", [None, 0, -1, 367])
def test_day_of_a_pause_lies_within_a_year(client, amina, days):
    day = timezone.localdate() + timedelta(days=days) if days is not None else ""

    page = choose(client, topics="paused", topics_until=str(day))

    assert "<title>Error: Which mails I get" in page.text
    assert 'href="#id_topics_until"' in page.text
    assert not Unsubscribed.objects.exists()


def test_mail_that_one_needs_comes_all_the_same(amina):
    services.choose_mails(amina, {"round": None})

    told = MessageFactory(kind="wishes added", stream="round", recipient=amina)
    needed = MessageFactory(kind="introduction", stream="round", recipient=amina)
    own = MessageFactory(kind="sign-in link", stream="account", recipient=amina)

    assert "Unsubscribed" not in f"{why_not(needed)} {why_not(own)}"
    Message.objects.filter(pk=told.pk).update(cause_id=amina.applications.get().pk)
    told.refresh_from_db()
    assert why_not(told) == "Unsubscribed from this stream."


def test_language_is_offered_where_there_are_several(client, amina, settings):
    alone = client.get(MAILS).text
    settings.LANGUAGES = [("en", "English"), ("fr", "français")]

    several = client.get(MAILS).text
    choose(client, language="fr")

    amina.refresh_from_db()
    assert "Language of pages and mails" not in alone
    assert "Language of pages and mails" in several
    assert amina.language == "fr"
