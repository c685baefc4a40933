"""One click that stops a stream: RFC 2369 and RFC 8058."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from discussions.emails import topic_mail
from iln.mail import unsubscribing
from iln.mail.kinds import KINDS, Kind
from iln.mail.letter import letter
from iln.mail.models import Message, Unsubscribed
from iln.mail.tasks import deliver_due
from participants import emails
from tests.factories import (
    ApplicationFactory,
    MessageFactory,
    TopicFactory,
    UserFactory,
)

Stream = Message.Stream
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    for stream in (Stream.ROUND, Stream.TOPICS):
        monkeypatch.setitem(KINDS, stream, Kind(stream, stream, "test"))


@pytest.fixture
def ana(db):
    return UserFactory()


@pytest.fixture
def url(ana):
    return urlsplit(unsubscribing.link(ana.pk, Stream.TOPICS)).path


def click(url):
    """As a mail program does it: no page before, no cookie, no token against forgery."""
    client = Client(enforce_csrf_checks=True)
    form = "application/x-www-form-urlencoded"
    return client.post(url, ONE_CLICK, content_type=form)


def streams_stopped(person):
    return list(person.unsubscribed.values_list("stream", "until"))


def test_the_mail_names_the_link_in_both_headers(ana, settings):
    message = MessageFactory(kind="topics", stream=Stream.TOPICS, recipient=ana)
    raw = letter(message).message().as_bytes()
    mail = message_from_bytes(raw, policy=policy.default)

    assert mail["List-Unsubscribe-Post"] == ONE_CLICK
    link = mail["List-Unsubscribe"].strip()
    assert link.startswith(f"<{settings.SITE_URL}/mails/stop/")
    assert ana.email not in mail["List-Unsubscribe"]


@pytest.mark.parametrize("stream", [Stream.ACCOUNT, Stream.ALERTS])
def test_what_always_comes_names_no_link(ana, stream):
    message = MessageFactory(stream=stream, recipient=ana)

    assert "List-Unsubscribe" not in letter(message).extra_headers


def test_one_click_stops_the_stream_at_once_and_again_without_harm(ana, url):
    answers = [click(url).status_code for _ in range(3)]

    assert answers == [200] * 3
    assert streams_stopped(ana) == [("topics", None)]


def test_the_next_mail_of_the_stream_does_not_leave_and_others_do(ana, url, mailoutbox):
    MessageFactory(kind="topics", stream=Stream.TOPICS, recipient=ana)
    other = MessageFactory(kind="round", stream=Stream.ROUND, recipient=ana)
    click(url)

    deliver_due()

    left = [mail.extra_headers["Message-ID"] for mail in mailoutbox]
    assert left == [other.message_id]


def test_looking_at_the_link_changes_nothing(ana, url, client):
    page, head = client.get(url), client.head(url)
    others = [client.put(url).status_code, client.delete(url).status_code]

    assert (page.status_code, head.status_code, others) == (200, 200, [405, 405])
    assert "Stop these mails?" in page.text
    assert streams_stopped(ana) == []


def test_the_button_of_the_page_works_without_a_cookie(ana, url):
    page = Client(enforce_csrf_checks=True).post(url)

    assert "You get no more of these mails" in page.text
    assert streams_stopped(ana) == [("topics", None)]


def test_a_pause_becomes_a_stop(ana, url):
    until = timezone.localdate() + timedelta(days=9)
    Unsubscribed.objects.create(recipient=ana, stream=Stream.TOPICS, until=until)

    click(url)

    assert streams_stopped(ana) == [("topics", None)]


@pytest.mark.parametrize(
    "token",
    [
        "nonsense",
        signing.dumps([1, "topics"]),
        signing.dumps([1, "nothing"], salt=unsubscribing.SALT),
        signing.dumps([1, "account"], salt=unsubscribing.SALT),
        signing.dumps("topics", salt=unsubscribing.SALT),
    ],
)
def test_a_link_that_is_not_ours_stops_nothing(db, token):
    UserFactory(pk=1)

    assert click(f"/mails/stop/{token}/").status_code == 404
    assert not Unsubscribed.objects.exists()


def test_whoever_was_erased_gets_the_same_answer(ana, url):
    ana.delete()

    assert click(url).status_code == 200


def test_a_mail_shows_the_link_to_its_reader_unless_it_is_an_answer(db):
    application = ApplicationFactory()
    topic = topic_mail(TopicFactory(round=application.round), application)
    messages = [topic, emails.receipt(application)]

    shown = [
        ("/mails/stop/" in row.text, "/mails/stop/" in row.html) for row in messages
    ]

    assert shown == [(True, True), (False, False)]
