"""The headers of every kind of mail, as a reader's mail program finds them."""

from __future__ import annotations

from datetime import UTC, timedelta
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime

import pytest
from django.utils import timezone

from iln.mail.kinds import KINDS, can_be_stopped
from iln.mail.letter import LONGEST_LINE, letter, look_over
from iln.mail.models import Message
from tests.factories import MessageFactory, UserFactory

ALWAYS = {
    "Auto-Submitted",
    "Content-Type",
    "Date",
    "From",
    "MIME-Version",
    "Message-ID",
    "Subject",
    "To",
}
TO_STOP = {"List-Unsubscribe", "List-Unsubscribe-Post"}
ANSWERS = {"account", "alerts"}
OURS = sorted(set(KINDS) - {"test"})


@pytest.mark.parametrize("name", OURS)
def test_every_kind_of_mail_has_its_headers_once_and_no_others(db, settings, name):
    stream = KINDS[name].stream
    settings.DEFAULT_FROM_EMAIL = "Réseau <hello@example.org>"
    message = MessageFactory.build(
        kind=name, stream=stream, recipient=UserFactory(), subject="Grüße, 日本"
    )
    mail = letter(message)

    look_over(mail, message)

    raw = mail.message().as_bytes(linesep="\r\n")
    found = message_from_bytes(raw, policy=policy.default)
    stoppable = stream not in ANSWERS and can_be_stopped(stream)
    assert sorted(found.keys()) == sorted(ALWAYS | (TO_STOP if stoppable else set()))
    assert found["From"] == "Réseau <hello@example.org>"
    assert (found["To"], found["Subject"]) == (message.address, "Grüße, 日本")
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Message-ID"].endswith(f"@{settings.SITE_HOST}>")
    date = parsedate_to_datetime(found["Date"]).replace(tzinfo=UTC)
    assert abs(date - timezone.now()) < timedelta(minutes=1)
    assert max(map(len, raw.split(b"\r\n"))) <= LONGEST_LINE


@pytest.mark.parametrize("name", OURS)
def test_mails_to_many_may_be_stopped(name):
    """Whoever adds a kind decides: an answer, an alert, or something one can do without."""
    stream = KINDS[name].stream

    assert stream in ANSWERS or can_be_stopped(stream)


def test_message_ids_stay_and_are_never_shared(db):
    first, second = MessageFactory(), MessageFactory()

    again = letter(Message.objects.get(pk=first.pk)).extra_headers["Message-ID"]

    assert again == first.message_id != second.message_id
