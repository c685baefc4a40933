"""Nobody learns from an answer whether we know an address: byte by byte, on each public form."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from discussions.models import Topic
from participants import services
from participants.models import User
from participants.services import drafts
from tests.factories import (
    ApplicationFactory,
    CommentFactory,
    OpeningAlertFactory,
    UserFactory,
)
from tests.participants.helpers import apply_as, check_url, walk
from tests.signing_in import sign_in

KNOWN, UNKNOWN = "known@example.org", "other@example.org"
ADDRESS = re.compile(rb"(known|other)@example\.org", re.IGNORECASE)
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=)"\w+"')


def post(client, name, address, *args):
    return [client.post(reverse(name, args=args), {"email": address})]


def apply(client, round_, typed, address):
    mine = typed | {"email": address}
    asked = walk(client, round_, mine)
    return [asked, client.get(check_url(round_)), apply_as(client, round_, mine)]


def finish_later(client, round_, typed, address):
    walk(client, round_, typed)
    return post(client, "participants:finish_later", address, round_.slug)


def send_link(client, round_, typed, address):
    return post(client, "participants:send_link", address)


def ask_to_be_told(client, round_, typed, address):
    return post(client, "participants:ask_to_be_told", address)


def change_address(client, round_, typed, address):
    sign_in(client, User.objects.get(name="Amina"))
    return post(client, "participants:address", address)


def comment(client, round_, typed, address):
    words = {"name": "Amina", "email": address, "text": "Hush!"}
    return [client.post(Topic.objects.get().get_absolute_url(), words)]


FORMS = [apply, finish_later, send_link, ask_to_be_told, change_address, comment]


@pytest.fixture
def somebody_known(round_):
    """In each way in which we may know an address."""
    application = ApplicationFactory(round=round_, user__email=KNOWN)
    OpeningAlertFactory(email=KNOWN)
    draft, _ = drafts.begin(round_)
    drafts.keep(draft, round_, "you", {"email": [KNOWN]})
    services.ask_for_address(application.user, "new@example.org")
    UserFactory(name="Amina")  # who asks for another address
    CommentFactory(email=KNOWN)


def seen(client, responses):
    """All that a browser gets, to the last page, short of what chance makes different."""
    last = responses[-1]
    if last.status_code == 302:
        responses = [*responses, client.get(last.url)]
    return [
        (one.status_code, headers(one), sorted(one.cookies), body(one))
        for one in responses
    ]


def headers(response):
    return {
        name: masked(value.encode())
        for name, value in response.items()
        if name not in {"Date", "Expires"}
    }


def body(response):
    return TOKEN.sub(rb"\1", masked(response.content))


def masked(content):
    """What was typed comes back, to whoever typed it."""
    return ADDRESS.sub(b"-", content)


@pytest.mark.usefixtures("somebody_known")
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("address", [KNOWN, KNOWN.upper()], ids=["same", "capitals"])
def test_answer_is_the_same_for_a_known_address(round_, typed, form, address):
    answers = []
    for one in (address, UNKNOWN if address == KNOWN else UNKNOWN.upper()):
        client = Client()
        answers.append(seen(client, form(client, round_, typed, one)))

    known, unknown = answers
    assert known == unknown
    assert known[-1][0] == 200
