from __future__ import annotations

import io
import sys
from mailbox import Maildir
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iln.mail import bounces
from iln.mail.bounces import Outcome, take
from iln.mail.kinds import why_not
from iln.mail.letter import letter, look_over
from iln.mail.models import Message, Returned
from iln.mail.returning import return_address, returned_to
from iln.mail.tasks import deliver_due
from tests.factories import MessageFactory, UserFactory
from tests.properties import examples

ROUND = Message.Stream.ROUND


@pytest.fixture(autouse=True)
def _returned_mails_are_taken(settings):
    settings.MAIL_RETURN_DOMAIN = "back.example.org"
    settings.MAIL_RETURN_TOKEN = "a-long-token"


def report(to, action="failed", status="5.1.1", more=""):
    """As Postfix writes them."""
    return f"""\
From: MAILER-DAEMON@mx.example.org
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ana@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {status} no
{more}
--B
Content-Type: message/rfc822

Subject: Good morning

Hello
--B--
""".encode()


AWAY = b"""\
From: ana@example.org
To: %s
Subject: Away until Monday
Auto-Submitted: auto-replied

I am away until Monday. Status: 5.1.1
"""


def back(message):
    return return_address(message)


@pytest.mark.parametrize(
    ("action", "status", "outcome"),
    [
        ("failed", "5.1.1", Outcome.HARD),
        ("failed", "5.1.10", Outcome.HARD),
        ("Failed", "5.0.0", Outcome.HARD),
        ("failed", "5.2.1", Outcome.HARD),
        ("failed", "5.2.2", Outcome.SOFT),
        ("failed", "5.7.1", Outcome.SOFT),
        ("failed", "4.4.7", Outcome.SOFT),
        ("delayed", "4.4.1", Outcome.SOFT),
        ("delayed", "5.1.1", Outcome.SOFT),
        ("delivered", "2.0.0", Outcome.NO_REPORT),
        ("relayed", "2.1.9", Outcome.NO_REPORT),
        ("expanded", "2.0.0", Outcome.NO_REPORT),
    ],
)
def test_a_report_is_read_as_what_it_says(db, action, status, outcome):
    message = MessageFactory()

    found = take(report(back(message), action, status))

    assert found == outcome
    counts = Returned.objects.count(), Returned.objects.hard().count()
    expected = {Outcome.HARD: (1, 1), Outcome.SOFT: (1, 0)}
    assert counts == expected.get(outcome, (0, 0))


def test_the_worst_of_several_recipients_counts(db):
    more = "\nFinal-Recipient: rfc822; two@example.org\nAction: failed\nStatus: 5.1.1\n"
    message = MessageFactory()

    assert take(report(back(message), "failed", "4.2.2", more)) == Outcome.HARD


def test_an_answer_of_somebody_away_is_no_bounce(db):
    message = MessageFactory()

    assert take(AWAY % back(message).encode()) == Outcome.NO_REPORT
    assert Returned.objects.count() == 0


def test_a_report_counts_once(db):
    raw = report(back(MessageFactory()))

    assert [take(raw), take(raw)] == [Outcome.HARD, Outcome.KNOWN]


def test_nobody_else_can_make_up_a_return_address(db):
    message, other = MessageFactory(), MessageFactory()
    forged = back(message).replace(f"+{message.pk}-", f"+{other.pk}-")

    assert take(report(forged)) == Outcome.NOT_OURS
    assert take(report("returned+1@back.example.org")) == Outcome.NOT_OURS
    assert Returned.objects.count() == 0


def test_a_report_about_a_mail_that_is_gone_is_not_ours(db):
    message = MessageFactory()
    raw = report(back(message))
    message.delete()

    assert take(raw) == Outcome.NOT_OURS


@examples(150)
@given(raw=st.binary(max_size=400))
def test_whatever_comes_is_read_without_a_fault(raw):
    mail = bounces.message_from_bytes(
        b"Content-Type: multipart/report; boundary=B\nTo: x\n\n--B\n"
        b"Content-Type: message/delivery-status\n\n" + raw,
        policy=bounces.policy.default,
    )

    found = bounces.read(mail)

    assert found is None or found.status[0] in "245"
    assert returned_to(mail) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=200))
def test_whatever_is_posted_is_taken_or_left(db, raw):
    assert take(raw) in {Outcome.NOT_OURS, Outcome.NO_REPORT}


def test_after_a_hard_bounce_nothing_more_goes_to_this_address(db, mailoutbox):
    ana = UserFactory(email="ana@example.org")
    first = MessageFactory(recipient=ana, address=ana.email, stream=ROUND)
    take(report(back(first)))
    later = MessageFactory(recipient=ana, address=ana.email, stream=ROUND)
    own_act = MessageFactory(recipient=ana, address=ana.email)

    deliver_due()

    later.refresh_from_db()
    assert (later.state, later.last_answer) == (
        "cancelled",
        "Mails to this address come back.",
    )
    assert [mail.to for mail in mailoutbox] == [["ana@example.org"]]
    assert Message.objects.get(pk=own_act.pk).state == "sent"


def test_a_new_address_gets_mails_again(db):
    ana = UserFactory(email="ana@example.org")
    message = MessageFactory(recipient=ana, address=ana.email, stream=ROUND)
    take(report(back(message)))
    before = why_not(message)
    ana.email = "ana@new.example.org"
    ana.save()

    assert (bool(before), why_not(message)) == (True, "")


def test_a_soft_bounce_stops_nothing(db):
    message = MessageFactory(stream=ROUND)
    take(report(back(message), status="5.2.2"))

    assert why_not(message) == ""


def test_organisers_hear_once_a_day_without_whose_address_it_is(db, organiser):
    for message in MessageFactory.create_batch(3, address="ana@example.org"):
        take(report(back(message)))

    [alert] = Message.objects.filter(kind="mails came back")
    assert alert.recipient == organiser
    assert "ana@" not in alert.text + alert.html + alert.key


def test_an_organiser_says_that_an_address_works_again(organiser_client):
    message = MessageFactory(stream=ROUND)
    take(report(back(message)))
    returned = Returned.objects.get()
    page = reverse("admin:mail_returned_changelist")
    form = {"action": "lift", "_selected_action": [returned.pk]}

    shown = organiser_client.get(page).content.decode()
    answer = organiser_client.post(page, form, follow=True)

    assert message.address in shown
    assert [str(one) for one in answer.context["messages"]] == [
        "Addresses that get mails again: 1."
    ]
    assert why_not(message) == ""


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_for_three(
    organiser_client, django_assert_num_queries, count
):
    for message in MessageFactory.create_batch(count):
        take(report(back(message)))

    with django_assert_num_queries(6):
        page = organiser_client.get(reverse("admin:mail_returned_changelist"))

    assert len(page.context["cl"].result_list) == count


def test_a_mail_leaves_from_its_return_address_and_shows_ours(db, mail_server):
    message = MessageFactory(address="ana@example.org")

    deliver_due()

    [(_, mail)] = mail_server.accepted
    assert mail["From"].addresses[0].addr_spec == "hello@network.example"
    assert mail_server.senders == [back(message)]
    assert len(back(message).partition("@")[0]) <= 64


def test_without_a_domain_mails_leave_as_they_always_did(db, settings):
    settings.MAIL_RETURN_DOMAIN = ""
    message = MessageFactory()
    mail = letter(message)

    look_over(mail, message)
    assert mail.from_email == settings.DEFAULT_FROM_EMAIL


def post(client, raw, **headers):
    return client.post(
        reverse("mail:returned"), raw, content_type="message/rfc822", headers=headers
    )


def test_a_mail_server_posts_what_came_back_with_the_token(db, client):
    raw = report(back(MessageFactory()))

    refused = [post(client, raw), post(client, raw, authorization="Bearer wrong")]
    counted = Returned.objects.count()
    taken = post(client, raw, authorization="Bearer a-long-token")

    assert [answer.status_code for answer in refused] == [403, 403]
    assert (counted, taken.status_code, Returned.objects.count()) == (0, 204, 1)
    assert client.get(reverse("mail:returned")).status_code == 405


def test_without_a_token_in_the_settings_nothing_is_taken(db, client, settings):
    settings.MAIL_RETURN_TOKEN = ""

    answer = post(client, report(back(MessageFactory())), authorization="Bearer ")

    assert (answer.status_code, Returned.objects.count()) == (404, 0)


def test_the_command_takes_one_from_standard_input(db, monkeypatch, capsys):
    raw = report(back(MessageFactory()))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))

    call_command("take_bounces")

    assert capsys.readouterr().out.strip() == Outcome.HARD


def test_the_command_empties_a_maildir(db, tmp_path, capsys):
    box = Maildir(tmp_path / "box")
    for message in MessageFactory.create_batch(2):
        box.add(report(back(message)))
    box.add(AWAY % b"somebody@example.org")

    call_command("take_bounces", maildir=str(tmp_path / "box"))

    assert len(Maildir(tmp_path / "box")) == 0
    assert sorted(capsys.readouterr().out.splitlines()) == [
        f"1: {Outcome.NOT_OURS}",
        f"2: {Outcome.HARD}",
    ]
