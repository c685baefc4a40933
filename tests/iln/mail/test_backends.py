"""What is tried out with invented people never leaves."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMessage, send_mail
from django.urls import reverse

from iln.mail.addresses import is_invented
from iln.mail.models import Message
from iln.mail.tasks import deliver_due
from tests.factories import MessageFactory


@pytest.fixture
def mail_server(mail_server, settings):
    """As production talks to it."""
    settings.EMAIL_BACKEND = "iln.mail.backends.RealPeopleOnly"
    return mail_server


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("ana@rehearsal-1.invalid", True),
        ("ana@Library.EXAMPLE", True),
        ("ana@test", True),
        ("ana@example.org", False),
        ("ana@invalid.org", False),
        ("example", True),
        ("", False),
    ],
)
def test_reserved_names_are_known(address, expected):
    assert is_invented(address) == expected


def test_mail_to_somebody_invented_is_never_handed_to_a_server(db, mail_server):
    MessageFactory(address="ana@rehearsal-1.invalid")
    MessageFactory(address="jo@example.org")

    deliver_due()

    assert mail_server.reached == ["jo@example.org"]
    assert not Message.objects.waiting().exists()


def test_no_other_way_leads_out_either(mail_server):
    send_mail("Hello", "Hello!", None, ["ana@rehearsal-1.invalid"])
    copied = EmailMessage("Hello", to=["jo@example.org"], cc=["ana@library.example"])

    assert copied.send() == 1
    assert mail_server.accepted == []


def test_outbox_says_that_it_was_kept(organiser_client, mail_server):
    MessageFactory(address="ana@rehearsal-1.invalid")
    deliver_due()

    page = organiser_client.get(reverse("admin:mail_message_changelist"))

    assert page.text.count("Kept here") == 1
