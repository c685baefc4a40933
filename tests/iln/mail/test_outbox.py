from __future__ import annotations

import logging
import smtplib
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iln.mail import outbox
from iln.mail.kinds import KINDS
from iln.mail.models import LEASE, PAUSES, Message
from iln.mail.tasks import deliver_due, nudge
from tests.factories import MessageFactory, UserFactory
from tests.together import at_once


def states():
    return {message.key: message.state for message in Message.objects.all()}


def test_queue_leaves_a_known_key_alone(db):
    outbox.queue([MessageFactory.build(key="hello", subject="First")])

    outbox.queue([MessageFactory.build(key="hello", subject="Second")])

    assert [message.subject for message in Message.objects.all()] == ["First"]


def test_deliver_due_sends_text_and_html_to_one_address(db, mail_server):
    message = MessageFactory(
        address="ana@example.org", html="<p>Good <b>morning</b></p>"
    )

    deliver_due()

    [(recipients, mail)] = mail_server.accepted
    assert recipients == ["ana@example.org"]
    assert {name: mail[name] for name in ("To", "Message-ID", "Auto-Submitted")} == {
        "To": "ana@example.org",
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",
    }
    sent_at = mail["Date"].datetime.replace(tzinfo=UTC)
    assert abs(sent_at - timezone.now()) < timedelta(minutes=1)
    parts = {part.get_content_type(): part.get_content() for part in mail.iter_parts()}
    assert {kind: text.strip() for kind, text in parts.items()} == {
        "text/plain": "Good morning!",
        "text/html": "<p>Good <b>morning</b></p>",
    }
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("sent", 1)


def test_deliver_due_twice_sends_once(db, mailoutbox):
    MessageFactory()

    deliver_due()
    deliver_due()

    assert len(mailoutbox) == 1


def test_deliver_due_sends_batch_after_batch_over_one_connection_each(
    db, mail_server, monkeypatch
):
    monkeypatch.setattr(outbox, "BATCH", 2)
    addresses = sorted(message.address for message in MessageFactory.create_batch(5))

    deliver_due()

    assert mail_server.reached == addresses
    assert mail_server.connections == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"due_at": timezone.now() + timedelta(hours=1)},
        {"held_at": timezone.now()},
        {"lease_until": timezone.now() + LEASE},
        {"cancelled_at": timezone.now()},
        {"failed_at": timezone.now()},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_deliver_due_leaves_alone_what_is_not_due(db, mailoutbox, fields):
    MessageFactory(**fields)

    deliver_due()

    assert mailoutbox == []


def test_two_threads_at_once_send_each_mail_once(transactional_db, mail_server):
    addresses = sorted(message.address for message in MessageFactory.create_batch(50))

    assert at_once(deliver_due) == [None, None]

    assert mail_server.reached == addresses
    assert set(states().values()) == {"sent"}


def test_what_is_no_longer_wanted_is_cancelled_with_the_reason(
    db, mailoutbox, unwanted
):
    MessageFactory(key="introduction")
    unwanted["introduction"] = "The application was withdrawn."

    deliver_due()

    message = Message.objects.get()
    assert mailoutbox == []
    assert (message.state, message.last_answer, message.attempts) == (
        "cancelled",
        "The application was withdrawn.",
        0,
    )


def test_a_mail_leaves_with_the_words_of_that_moment_and_keeps_them(
    db, mailoutbox, anew
):
    message = MessageFactory(key="guide")
    anew["guide"] = MessageFactory.build(subject="New", text="New.", html="<p>New.")

    deliver_due()

    [mail] = mailoutbox
    message.refresh_from_db()
    assert (mail.subject, mail.body, mail.alternatives[0].content) == (
        message.subject,
        message.text,
        message.html,
    )
    assert (message.subject, message.text, message.html) == ("New", "New.", "<p>New.")
    assert mail.extra_headers["Message-ID"] == message.message_id


def test_a_mail_follows_its_person_to_their_new_address(db, mailoutbox):
    person = UserFactory(email="ana@old.example.org")
    message = MessageFactory(recipient=person, address=person.email)
    person.email = "ana@new.example.org"
    person.save()

    deliver_due()

    message.refresh_from_db()
    assert [mail.to for mail in mailoutbox] == [["ana@new.example.org"]]
    assert message.address == "ana@new.example.org"


def test_a_mail_that_cannot_be_written_anew_does_not_leave_as_it_was(
    db, mailoutbox, anew
):
    message = MessageFactory(key="guide")
    anew["guide"] = None

    deliver_due()

    assert mailoutbox == []
    assert states() == {message.key: "failed"}


def test_a_temporary_refusal_is_tried_again_later_and_later(db, mail_server):
    message = MessageFactory(address="ana@example.org")
    mail_server.answers["ana@example.org"] = ["450 Come back later"] * 2
    start = message.due_at
    waited = []

    with time_machine.travel(start + timedelta(seconds=1), tick=False):
        deliver_due()
        deliver_due()  # too early
        message.refresh_from_db()
        waited.append(
            (message.state, message.last_answer, message.due_at - timezone.now())
        )
    with time_machine.travel(message.due_at, tick=False):
        deliver_due()
        message.refresh_from_db()
        waited.append(
            (message.state, message.last_answer, message.due_at - timezone.now())
        )
    with time_machine.travel(message.due_at, tick=False):
        deliver_due()

    assert waited == [
        ("to be tried again", "450 Come back later", timedelta(minutes=1)),
        ("to be tried again", "450 Come back later", timedelta(minutes=5)),
    ]
    assert mail_server.reached == ["ana@example.org"]
    assert states() == {message.key: "sent"}


def test_after_two_days_of_temporary_refusals_we_give_up(db, mail_server):
    message = MessageFactory(address="ana@example.org")
    mail_server.answers["ana@example.org"] = ["450 Come back later"] * 99
    start = message.due_at

    while message.state != "failed":
        with time_machine.travel(message.due_at + timedelta(seconds=1), tick=False):
            deliver_due()
        message.refresh_from_db()

    assert message.attempts == len(PAUSES) + 1 == 10
    assert timedelta(hours=47) < message.failed_at - start < timedelta(hours=48)


@pytest.mark.parametrize("answer", ["550 No such person", "data: 554 Not wanted here"])
def test_a_permanent_refusal_fails_alone_with_the_servers_words(
    db, mail_server, answer, caplog
):
    refused, fine = (MessageFactory(key=key) for key in ("refused", "fine"))
    mail_server.answers[refused.address] = [answer]

    deliver_due()

    refused.refresh_from_db()
    assert states() == {"refused": "failed", "fine": "sent"}
    assert refused.last_answer == answer.removeprefix("data: ")
    assert mail_server.reached == [fine.address]
    assert refused.address not in caplog.text


@pytest.fixture
def once_at_most(monkeypatch):
    """The test's mails shall never arrive twice."""
    kind = replace(KINDS["test"], doubtful="hold")
    monkeypatch.setitem(KINDS, "test", kind)


def test_a_mail_that_must_not_come_twice_is_held_when_its_sender_died(
    db, mail_server, once_at_most
):
    died, fine = MessageFactory(key="died"), MessageFactory(key="fine")
    [left_behind] = Message.objects.claim(1)
    left_behind.begin_sending()

    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        deliver_due()
        deliver_due()

    died.refresh_from_db()
    assert mail_server.reached == [fine.address]
    assert states() == {"died": "in doubt", "fine": "sent"}
    assert list(Message.objects.in_doubt()) == [died]
    assert died.last_answer == outbox.CUT_OFF


def test_a_claim_that_ended_before_sending_leaves_no_doubt(
    db, mail_server, once_at_most
):
    message = MessageFactory()
    Message.objects.claim(1)

    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        deliver_due()

    assert mail_server.reached == [message.address]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("drop", "to be tried again"),
        ("450 Later", "to be tried again"),
        ("data: 450 Later", "to be tried again"),
        ("data: 554 Spam", "failed"),
        ("data: drop", "in doubt"),
    ],
)
def test_only_what_was_handed_over_without_an_answer_is_in_doubt(
    db, mail_server, settings, once_at_most, answer, state
):
    settings.EMAIL_BACKEND = "iln.mail.backends.RealPeopleOnly"
    message = MessageFactory()
    mail_server.answers[message.address] = [answer]

    deliver_due()

    assert states() == {message.key: state}


def test_what_is_in_doubt_is_neither_resumed_nor_forgotten_and_can_be_sent_again(
    db, mail_server, once_at_most
):
    message = MessageFactory()
    mail_server.answers[message.address] = ["data: drop"]
    deliver_due()

    assert Message.objects.resume() == 0
    assert states() == {message.key: "in doubt"}
    assert Message.objects.send_again() == 1
    deliver_due()

    ids = [mail["Message-ID"] for _, mail in mail_server.accepted]
    assert ids == [message.message_id] * 2
    assert states() == {message.key: "sent"}


def test_a_late_yes_ends_the_doubt(db, once_at_most, mailoutbox):
    message = MessageFactory()
    [slow] = Message.objects.claim(1)
    slow.begin_sending()
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        deliver_due()

        slow.mark_sent()

    assert (states(), mailoutbox) == ({message.key: "sent"}, [])


def test_answers_to_somebodys_own_act_go_before_mails_to_many(db, mailoutbox):
    ago = timezone.now() - timedelta(hours=1)
    topic = MessageFactory(stream=Message.Stream.TOPICS, due_at=ago)
    answer = MessageFactory()

    deliver_due()

    assert [mail.to for mail in mailoutbox] == [[answer.address], [topic.address]]


def test_a_dropped_connection_costs_only_one_message_a_minute(db, mail_server):
    dropped, _ = (MessageFactory(key=key) for key in ("dropped", "fine"))
    mail_server.answers[dropped.address] = ["drop"]

    deliver_due()

    assert states() == {"dropped": "to be tried again", "fine": "sent"}
    assert mail_server.connections == 2


def test_what_is_in_doubt_goes_again_under_the_same_message_id(db, mail_server):
    message = MessageFactory(address="ana@example.org")
    mail_server.answers["ana@example.org"] = ["data: drop"]

    deliver_due()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        deliver_due()

    copies = [mail["Message-ID"] for _, mail in mail_server.accepted]
    assert copies == [message.message_id] * 2


def test_a_sender_that_died_is_followed_by_another(db, mail_server):
    MessageFactory()
    [left_behind] = Message.objects.claim(1)
    left_behind.begin_sending()

    deliver_due()
    at_first = mail_server.reached
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        deliver_due()

    assert at_first == []
    assert mail_server.reached == [left_behind.address]


def test_a_sender_whose_lease_ran_out_steps_back(db, mailoutbox):
    MessageFactory()
    [slow] = Message.objects.claim(1)
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        [quick] = Message.objects.claim(1)

        begun = slow.begin_sending(), quick.begin_sending()

    assert begun == (False, True)


def test_a_poisoned_row_fails_alone_and_tells_the_log_no_address(
    db, mailoutbox, caplog
):
    poisoned = MessageFactory(key="poisoned", subject="Two\nlines")
    unknown = MessageFactory(key="unknown", kind="nobody knows it")
    fine = MessageFactory(key="fine")

    deliver_due()

    assert states() == {"poisoned": "failed", "unknown": "failed", "fine": "sent"}
    assert [mail.to for mail in mailoutbox] == [[fine.address]]
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 2
    assert not {poisoned.address, unknown.address} & set(caplog.text.split())


def test_a_message_that_ends_every_worker_is_given_up(db, mailoutbox):
    message = MessageFactory(attempts=len(PAUSES) + 1)

    deliver_due()

    message.refresh_from_db()
    assert mailoutbox == []
    assert (message.state, message.last_answer) == (
        "failed",
        "Given up after 10 attempts.",
    )


def test_what_failed_can_be_sent_again(db, mail_server):
    message = MessageFactory(address="ana@example.org")
    mail_server.answers["ana@example.org"] = ["550 Mailbox full"]
    deliver_due()

    count = Message.objects.send_again()
    deliver_due()

    [(_, mail)] = mail_server.accepted
    assert (count, mail["Message-ID"]) == (1, message.message_id)
    assert states() == {message.key: "sent"}


def test_cancelling_stops_what_waits_and_not_what_is_on_its_way(db):
    MessageFactory(key="on its way")
    [on_its_way] = Message.objects.claim(1)
    on_its_way.begin_sending()
    MessageFactory(key="waiting")

    count = Message.objects.cancel("Not needed.")

    assert count == 1
    assert states() == {"on its way": "being sent", "waiting": "cancelled"}


def test_nudge_survives_a_broker_that_is_away(
    monkeypatch, django_capture_on_commit_callbacks, db, caplog
):
    def nobody_there():
        raise ConnectionRefusedError

    monkeypatch.setattr(deliver_due, "delay", nobody_there)

    with django_capture_on_commit_callbacks(execute=True):
        nudge()

    assert caplog.messages == ["The broker does not answer; the schedule will deliver."]


ANSWERS = {
    "yes": None,
    "later": smtplib.SMTPRecipientsRefused({"x": (450, b"later")}),
    "no": smtplib.SMTPRecipientsRefused({"x": (550, b"no")}),
    "spam": smtplib.SMTPDataError(554, b"spam"),
    "gone": smtplib.SMTPServerDisconnected("gone"),
    "silent": TimeoutError("silent"),
    "bug": ValueError("bug"),
    "killed": KeyboardInterrupt(),
}


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    answers=st.lists(st.sampled_from(sorted(ANSWERS)), max_size=12),
    withdrawn_after=st.none() | st.integers(0, 12),
)
def test_whatever_happens_a_message_ends_one_way_and_leaves_at_most_once(
    db, unwanted, monkeypatch, answers, withdrawn_after
):
    Message.objects.all().delete()
    message = MessageFactory(key="the one")
    unwanted.clear()
    script = iter(answers)
    left = []

    def send(email):
        error = ANSWERS[next(script, "yes")]
        if error:
            raise error
        left.append(email.extra_headers["Message-ID"])

    monkeypatch.setattr(EmailMessage, "send", send)
    now = message.due_at
    for turn in range(14):
        now += timedelta(hours=17)
        if turn == withdrawn_after:
            unwanted["the one"] = "Withdrawn."
        with time_machine.travel(now, tick=False):
            try:
                deliver_due()
            except KeyboardInterrupt:
                continue
            deliver_due()  # the doubled task finds nothing to do

    message.refresh_from_db()
    assert message.state in {"sent", "failed", "cancelled"}
    assert left == [message.message_id] * (message.state == "sent")
    assert (message.claimed_by, message.lease_until) == (None, None)


def test_what_is_held_waits_until_it_is_resumed(db, mailoutbox):
    MessageFactory.create_batch(2)

    held = Message.objects.hold()
    deliver_due()

    assert (held, mailoutbox) == (2, [])
    assert Message.objects.hold() == 0

    resumed = Message.objects.resume()
    deliver_due()

    assert (resumed, len(mailoutbox)) == (2, 2)
    assert Message.objects.resume() == 0


def test_hold_stops_what_is_claimed_and_not_what_is_being_sent(db):
    MessageFactory.create_batch(2)
    begun, claimed = Message.objects.claim(2)
    begun.begin_sending()

    held = Message.objects.hold()

    assert (held, claimed.begin_sending()) == (1, False)
    assert states() == {begun.key: "being sent", claimed.key: "held"}


def test_mails_keep_their_distance_when_they_are_resumed(db):
    now = timezone.now()
    first = MessageFactory(due_at=now)
    MessageFactory(due_at=now + timedelta(days=1))
    with time_machine.travel(now, tick=False):
        Message.objects.hold()

    with time_machine.travel(now + timedelta(days=3), tick=False):
        Message.objects.filter(pk=first.pk).resume()
        Message.objects.resume()

    dates = Message.objects.order_by("pk").values_list("due_at", flat=True)
    assert list(dates) == [now + timedelta(days=3), now + timedelta(days=4)]


def test_outbox_is_silent_when_mails_are_due_and_none_leaves(db):
    ago = [timezone.now() - timedelta(minutes=minutes) for minutes in (1, 30)]

    assert not outbox.is_silent()
    MessageFactory(due_at=ago[0])
    assert not outbox.is_silent()
    MessageFactory(due_at=ago[1])
    assert outbox.is_silent()
    MessageFactory(sending_at=ago[0], sent_at=ago[0])
    assert not outbox.is_silent()
