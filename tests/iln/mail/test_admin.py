from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from iln.mail.models import Message
from tests.factories import MessageFactory, UserFactory

CHANGELIST = reverse("admin:mail_message_changelist")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_for_three(
    organiser_client, django_assert_num_queries, count
):
    MessageFactory.create_batch(count)

    with django_assert_num_queries(8):
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


@pytest.mark.parametrize("words", ["introduction", "ana@"])
def test_the_list_is_searched_by_key_and_address(organiser_client, words):
    MessageFactory(key="introduction, match 1, person 1", address="ana@example.org")
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
