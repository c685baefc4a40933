"""What leaves is what was meant, whatever people have typed."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from iln.mail.letter import LONGEST_LINE, NotAsMeant, letter, look_over
from iln.mail.models import Message
from iln.mail.tasks import deliver_due
from tests.factories import MessageFactory, UserFactory
from tests.properties import examples


def parsed(mail):
    return message_from_bytes(mail.message().as_bytes(), policy=policy.default)


NASTY = [
    "Hello\r\nBcc: eve@example.org",
    "Hello\nContent-Type: text/html\n\n<p>",
    "a\x00b",
    "\ud800",
    "\u2028Bcc: eve@example.org",
    "x" * 3000,
    "日本語 " * 200,
    "=?utf-8?q?Bcc=3A_eve?=",
    ".\r\nMAIL FROM:<eve@example.org>\r\n",
    "From me",
    "שלום \u202e gnorw",
    "<eve@example.org>, eve@example.org",
]


@pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
@pytest.mark.parametrize("field", ["subject", "text", "html", "address"])
def test_words_become_neither_header_nor_recipient_and_stop_nobody_else(
    db, mail_server, field, words
):
    nasty = MessageFactory.build(**{field: words})
    fine = MessageFactory()
    try:
        look_over(letter(nasty), nasty)
    except (NotAsMeant, ValueError, UnicodeError, IndexError):
        leaves = False
    else:
        leaves = True
        mail = parsed(letter(nasty))

    if leaves:
        assert mail.get_all("To") == [nasty.address]
        assert set(mail.keys()) == {
            "Auto-Submitted",
            "Content-Type",
            "Date",
            "From",
            "MIME-Version",
            "Message-ID",
            "Subject",
            "To",
        }
    deliver_due()
    assert mail_server.reached == [fine.address]


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@examples(100)
@given(subject=WORDS, text=WORDS, html=WORDS)
def test_any_words_leave_unchanged_in_short_lines_or_not_at_all(subject, text, html):
    message = MessageFactory.build(subject=subject, text=text, html=html)
    mail = letter(message)
    try:
        look_over(mail, message)
    except Exception:
        return

    raw = mail.message().as_bytes(linesep="\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= LONGEST_LINE
    assert raw.isascii()
    assert parsed(mail)["Subject"].strip() == subject.strip()


@examples(60)
@given(
    subject=st.text(
        st.characters(categories=["L", "N", "P"], include_characters=" "), min_size=1
    ).map(lambda words: " ".join(words.split()))
)
def test_what_people_usually_write_always_leaves(subject):
    message = MessageFactory.build(subject=subject, text=subject, html=subject)

    look_over(letter(message), message)


@pytest.mark.parametrize(
    "address", ["ana@bücher.example", "a.b+c@example.org", "o'neill@example.org"]
)
def test_addresses_are_known_again_in_the_mail(address):
    message = MessageFactory.build(address=address)

    look_over(letter(message), message)


def other_recipient(mail):
    mail.to = ["eve@example.org"]


def second_recipient(mail):
    mail.to.append("eve@example.org")


def blind_copy(mail):
    mail.bcc = ["eve@example.org"]


def other_subject(mail):
    mail.subject = "Something else"


def other_words(mail):
    mail.body = "Dear Eve,"


def other_html(mail):
    mail.alternatives.clear()
    mail.attach_alternative("<p>Dear Eve</p>", "text/html")


def no_html(mail):
    mail.alternatives.clear()


def attachment(mail):
    mail.attach("list.csv", "a,b", "text/csv")


def more_headers(mail):
    mail.extra_headers["X-Everybody"] = "yes"


@pytest.mark.parametrize(
    "change",
    [
        other_recipient,
        second_recipient,
        blind_copy,
        other_subject,
        other_words,
        other_html,
        no_html,
        attachment,
        more_headers,
    ],
)
def test_a_mail_that_differs_from_its_row_does_not_leave(change):
    message = MessageFactory.build()
    mail = letter(message)
    change(mail)

    with pytest.raises(NotAsMeant):
        look_over(mail, message)


def test_a_row_that_would_leave_otherwise_fails_with_its_reason(
    db, mail_server, monkeypatch
):
    poisoned, fine = MessageFactory(text="x\n"), MessageFactory()
    render = EmailMultiAlternatives.message

    def for_eve(mail):
        rendered = render(mail)
        if mail.to == [poisoned.address]:
            rendered.replace_header("To", "eve@example.org")
        return rendered

    monkeypatch.setattr(EmailMultiAlternatives, "message", for_eve)

    deliver_due()

    poisoned.refresh_from_db()
    assert mail_server.reached == [fine.address]
    assert poisoned.last_answer == "NotAsMeant: To is there 1 times or differs."


def test_a_human_answers_where_the_settings_say_so(settings):
    message = MessageFactory.build()
    without = parsed(letter(message))
    settings.MAIL_REPLY_TO = "Büro <office@example.org>"
    mail = letter(message)
    look_over(mail, message)

    assert without["Reply-To"] is None
    assert parsed(mail)["Reply-To"] == "Büro <office@example.org>"


def test_a_letter_is_put_into_bytes_once():
    mail = letter(MessageFactory.build(stream=Message.Stream.ROUND))

    assert mail.message() is mail.message()


def test_a_letter_that_takes_its_time_is_still_the_one_meant(db):
    message = MessageFactory.build(
        kind="topic", stream=Message.Stream.TOPICS, recipient=UserFactory()
    )
    mail = letter(message)

    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        look_over(mail, message)
