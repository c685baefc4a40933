from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from iln.mail import figures, pausing
from iln.mail.kinds import KINDS
from iln.mail.models import Message, Pause
from iln.mail.pausing import ServerFault
from tests.factories import MessageFactory, UserFactory

CHANGELIST = reverse("admin:mail_message_changelist")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_for_three(
    organiser_client, django_assert_num_queries, count
):
    MessageFactory.create_batch(count)

    with django_assert_num_queries(12):
        page = organiser_client.get(CHANGELIST)

    assert len(page.context["cl"].result_list) == count


@pytest.fixture
def one_of_each(db):
    now = timezone.now()
    later = now + timedelta(hours=1)
    return [
        MessageFactory(key="sent", sending_at=now, sent_at=now),
        MessageFactory(key="failed", failed_at=now, last_answer="550 No such person"),
        MessageFactory(key="cancelled", cancelled_at=now),
        MessageFactory(key="held", held_at=now),
        MessageFactory(key="being sent", lease_until=later, sending_at=now, attempts=1),
        MessageFactory(key="to be tried again", attempts=2, due_at=later),
        MessageFactory(key="waiting"),
    ]


def test_each_message_says_in_words_where_it_stands(organiser_client, one_of_each):
    assert [message.state for message in one_of_each] == [
        message.key for message in one_of_each
    ]


@pytest.mark.parametrize(
    ("state", "keys"),
    [
        ("sent", ["sent"]),
        ("failed", ["failed"]),
        ("cancelled", ["cancelled"]),
        ("held", ["held"]),
        ("trouble", ["being sent", "to be tried again"]),
        ("waiting", ["being sent", "held", "to be tried again", "waiting"]),
    ],
)
def test_the_list_is_filtered_by_state(organiser_client, one_of_each, state, keys):
    page = organiser_client.get(CHANGELIST, {"state": state})

    assert sorted(row.key for row in page.context["cl"].result_list) == keys


@pytest.mark.parametrize("words", ["introduction", "Ana"])
def test_the_list_is_searched_by_key_and_name(organiser_client, words):
    ana = UserFactory(name="Ana")
    MessageFactory(key="introduction, match 1, person 1", recipient=ana)
    MessageFactory()

    page = organiser_client.get(CHANGELIST, {"q": words})

    assert len(page.context["cl"].result_list) == 1


def test_the_page_of_a_message_shows_it_and_changes_nothing(
    organiser_client, one_of_each, django_assert_num_queries
):
    url = reverse("admin:mail_message_change", args=[one_of_each[1].pk])

    ContentType.objects.clear_cache()
    with django_assert_num_queries(5):
        page = organiser_client.get(url)
    posted = organiser_client.post(url, {"subject": "Changed"})

    content = page.content.decode()
    assert "550 No such person" in content
    assert reverse("admin:mail_message_html", args=[one_of_each[1].pk]) in content
    assert posted.status_code == 403


def test_the_html_of_a_message_may_be_framed_by_us_and_runs_nothing(organiser_client):
    message = MessageFactory(html="<p style='color: red'>Hello</p>")

    page = organiser_client.get(reverse("admin:mail_message_html", args=[message.pk]))

    policy = dict(
        directive.split(" ", 1)
        for directive in page.headers["Content-Security-Policy"].split("; ")
    )
    assert page.content.decode() == message.html
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert policy == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-top-navigation-by-user-activation",
    }


def test_strangers_and_organisers_without_the_right_see_no_mail(db, client):
    message = MessageFactory()
    urls = [
        CHANGELIST,
        reverse("admin:mail_message_change", args=[message.pk]),
        reverse("admin:mail_message_html", args=[message.pk]),
    ]

    as_stranger = [client.get(url).status_code for url in urls]
    client.force_login(UserFactory(is_staff=True))
    without_right = [client.get(url).status_code for url in urls]

    assert (as_stranger, without_right) == ([302] * 3, [403] * 3)


def act(client, action, rows):
    form = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(CHANGELIST, form, follow=True)


def shown(page):
    return [str(message) for message in page.context["messages"]]


def test_send_again_repeats_only_what_failed(
    organiser_client, one_of_each, django_capture_on_commit_callbacks, mailoutbox
):
    with django_capture_on_commit_callbacks(execute=True):
        page = act(organiser_client, "send_again", one_of_each[:3])

    assert shown(page) == ["1 mail to be sent again."]
    assert Message.objects.get(key="failed").state == "sent"
    assert [entry.object_repr for entry in LogEntry.objects.all()] == ["failed"]


def test_cancel_stops_only_what_waits(organiser_client, organiser, one_of_each):
    page = act(organiser_client, "cancel", one_of_each)

    assert shown(page) == ["3 mails cancelled."]
    assert {message.key: message.state for message in Message.objects.all()} == {
        "sent": "sent",
        "failed": "failed",
        "cancelled": "cancelled",
        "held": "cancelled",
        "being sent": "being sent",
        "to be tried again": "cancelled",
        "waiting": "cancelled",
    }
    assert (
        Message.objects.get(key="waiting").last_answer == f"Cancelled by {organiser}."
    )


def test_who_may_only_look_can_neither_repeat_nor_cancel(client, one_of_each):
    viewer = UserFactory(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_message"))
    client.force_login(viewer)

    act(client, "cancel", one_of_each)

    assert Message.objects.get(key="waiting").state == "waiting"


def find(client, address):
    url = reverse("admin:mail_message_find")
    return client.post(url, {"address": address}, follow=True)


def test_mails_to_a_person_are_found_by_address_which_no_web_address_shows(
    organiser_client,
):
    ana = UserFactory(name="Ana", email="ana@example.org")
    MessageFactory(recipient=ana, address="ana@old.example.org")
    MessageFactory()

    page = find(organiser_client, "ANA@example.org")

    assert [row.recipient for row in page.context["cl"].result_list] == [ana]
    assert not any("@" in url or "%40" in url for url, _ in page.redirect_chain)


def test_mails_to_nobody_we_know_are_found_by_address(organiser_client):
    message = MessageFactory(address="waiting@example.org")
    MessageFactory()

    page = find(organiser_client, "waiting@example.org")
    nothing = find(organiser_client, "nobody@example.org")

    assert list(page.context["cl"].result_list) == [message]
    assert "exactly this address" in shown(nothing)[0]


def test_the_list_says_how_many_are_in_which_state(organiser_client, one_of_each):
    page = organiser_client.get(CHANGELIST)

    outbox = page.context["outbox"]
    assert dict(outbox.total) == {
        "waiting": 3,
        "held": 1,
        "in doubt": 0,
        "failed": 1,
        "cancelled": 1,
        "sent": 1,
    }
    assert outbox.kinds == [("test", [3, 1, 0, 1, 1, 1])]


def test_each_message_says_why_it_waits(db, one_of_each):
    said = {message.key: figures.why_it_waits(message) for message in one_of_each}

    assert [key for key, words in said.items() if not words] == [
        "sent",
        "failed",
        "cancelled",
    ]
    assert said["held"].startswith("It has been held since")
    assert said["being sent"] == "It is being sent just now."
    assert said["to be tried again"].startswith("It was refused, and is tried again on")
    assert said["waiting"].startswith("Its time has come")


def test_a_pause_is_said_with_what_the_server_answered(organiser_client, one_of_each):
    pausing.begin(ServerFault(Pause.Why.LOG_IN, "535 Wrong password"))

    outbox = organiser_client.get(CHANGELIST).content.decode()
    first = organiser_client.get(reverse("admin:index")).content.decode()

    assert "535 Wrong password" in outbox
    assert "Try now" in outbox
    assert "does not accept our log-in" in first
    assert figures.why_it_waits(one_of_each[6]).startswith("All mails wait:")


def test_an_organiser_has_one_mail_tried_at_once(organiser_client):
    pausing.begin(ServerFault(Pause.Why.AWAY, "no answer"))
    url = reverse("admin:mail_message_try")

    page = organiser_client.post(url, follow=True)
    tried = Pause.objects.get().try_at
    pausing.end()
    late = organiser_client.post(url, follow=True)

    assert "tried now" in shown(page)[0]
    assert tried <= timezone.now()
    assert shown(late) == ["There is no pause: mails leave."]


def test_hold_and_let_go_touch_only_what_they_are_for(organiser_client, one_of_each):
    held = act(organiser_client, "hold", one_of_each)
    let_go = act(organiser_client, "resume", one_of_each)

    assert shown(held) == ["2 mails held."]
    assert shown(let_go) == ["3 mails let go."]


def test_what_was_sent_goes_once_more_as_a_mail_of_its_own(
    organiser_client, one_of_each
):
    page = act(organiser_client, "send_copy", one_of_each)
    act(organiser_client, "send_copy", one_of_each)

    [copy] = Message.objects.filter(key__startswith="sent, once more")
    assert shown(page) == ["1 mail to be sent once more."]
    assert copy.message_id != one_of_each[0].message_id
    assert (copy.address, copy.text, copy.sent_at) == (
        one_of_each[0].address,
        one_of_each[0].text,
        None,
    )


def test_no_secret_mail_goes_once_more(db, monkeypatch):
    message = MessageFactory(sending_at=timezone.now(), sent_at=timezone.now())
    monkeypatch.setitem(KINDS, "test", replace(KINDS["test"], secret=True))

    assert figures.copies(Message.objects.filter(pk=message.pk)) == []


def test_the_page_of_a_message_shows_its_headers(organiser_client):
    message = MessageFactory()

    page = organiser_client.get(reverse("admin:mail_message_change", args=[message.pk]))

    assert dict(page.context["headers"])["Message-ID"] == message.message_id
