from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from discussions.models import Comment, Topic
from iln.mail.models import Message
from tests.factories import (
    ApplicationFactory,
    CategoryFactory,
    CommentFactory,
    OrganiserFactory,
    RoundFactory,
    TagFactory,
    TopicFactory,
    UserFactory,
    days_from_now,
)

pytestmark = pytest.mark.django_db
COMMENTS = "/admin/discussions/comment/"
TOPICS = "/admin/discussions/topic/"


@pytest.fixture
def helper_client(client):
    """An organiser who may read everything here and change nothing."""
    helper = OrganiserFactory(is_superuser=False)
    readable = Permission.objects.filter(
        content_type__app_label="discussions", codename__startswith="view_"
    )
    helper.user_permissions.set(readable)
    client.force_login(helper)
    return client


def rows(response):
    return list(response.context["cl"].result_list)


def act(client, action, *comments):
    chosen = [comment.pk for comment in comments]
    data = {"action": action, "_selected_action": chosen}
    return client.post(COMMENTS, data, follow=True)


@pytest.mark.parametrize(
    ("make", "model", "queries"),
    [
        (CategoryFactory, "category", 5),
        (TagFactory, "tag", 5),
        (lambda: TopicFactory(round=RoundFactory()), "topic", 7),
        (lambda: CommentFactory(topic=TopicFactory()), "comment", 7),
    ],
    ids=["category", "tag", "topic", "comment"],
)
@pytest.mark.parametrize("number", [1, 3])
def test_lists_ask_the_same_questions_for_any_number(
    organiser_client, django_assert_num_queries, make, model, queries, number
):
    for _ in range(number):
        make()
    url = reverse(f"admin:discussions_{model}_changelist")
    organiser_client.get(url)  # the content types are cached from now on

    with django_assert_num_queries(queries):
        assert len(rows(organiser_client.get(url))) == number


def test_waiting_comments_come_first(organiser_client):
    shown = CommentFactory()
    held = CommentFactory(approved_at=None)
    rejected = CommentFactory(rejected_at=shown.approved_at)
    Comment.objects.filter(pk=held.pk).update(posted_at="2026-01-01T00:00Z")

    assert rows(organiser_client.get(COMMENTS)) == [held, rejected, shown]


def test_comments_are_read_in_the_list_with_markup_as_words(organiser_client):
    CommentFactory(text="We oil <b>hinges</b>.", approved_at=None, held_because="first")

    page = organiser_client.get(COMMENTS).content.decode()

    assert "We oil &lt;b&gt;hinges&lt;/b&gt;." in page
    assert "the first comment by this name and address" in page


@pytest.mark.parametrize("state", ["held", "approved", "rejected"])
def test_comments_are_filtered_by_state(organiser_client, state):
    shown = CommentFactory()
    comments = {
        "approved": shown,
        "held": CommentFactory(approved_at=None),
        "rejected": CommentFactory(approved_at=None, rejected_at=shown.approved_at),
    }

    assert rows(organiser_client.get(COMMENTS, {"state": state})) == [comments[state]]


def test_comments_are_approved_in_bulk_and_the_act_is_logged(
    organiser_client, organiser
):
    comments = CommentFactory.create_batch(3, approved_at=None)

    act(organiser_client, "approve", *comments)

    assert Comment.objects.approved().count() == 3
    entries = LogEntry.objects.filter(user=organiser, change_message="Approved.")
    assert entries.count() == 3


def test_comments_are_rejected_and_may_return(organiser_client):
    comment = CommentFactory(approved_at=None)

    act(organiser_client, "reject", comment)
    assert Comment.objects.rejected().get() == comment

    act(organiser_client, "approve", comment)
    assert Comment.objects.approved().get() == comment


def test_comments_are_never_reworded(organiser_client):
    comment = CommentFactory(text="As I said.")
    url = reverse("admin:discussions_comment_change", args=[comment.pk])

    organiser_client.post(url, {"text": "As they said."})

    comment.refresh_from_db()
    assert comment.text == "As I said."
    assert organiser_client.get(COMMENTS + "add/").status_code == 403


def test_helpers_read_comments_and_decide_nothing(helper_client):
    comment = CommentFactory(approved_at=None)

    assert rows(helper_client.get(COMMENTS)) == [comment]
    act(helper_client, "approve", comment)

    assert Comment.objects.held().get() == comment


@pytest.mark.parametrize("url", [TOPICS, COMMENTS])
def test_lists_are_for_organisers(client, url):
    assert client.get(url).status_code == 302
    client.force_login(UserFactory())
    assert client.get(url).status_code == 302


def test_topic_is_written_by_whoever_adds_it(organiser_client, organiser):
    organiser_client.post(
        TOPICS + "add/",
        {
            "title": "Quiet days",
            "slug": "quiet-days",
            "lead": "What is quiet?",
            "body": "*Much.*",
            "category": CategoryFactory().pk,
        },
    )

    topic = Topic.objects.get()
    assert topic.author == organiser
    assert topic.state == Topic.State.DRAFT
    assert topic.body_html == "<p><em>Much.</em></p>\n"


@pytest.mark.parametrize("field", ["title", "lead"])
def test_topic_takes_no_control_characters(organiser_client, field):
    response = organiser_client.post(TOPICS + "add/", {field: "Qu\x07iet"})

    (message,) = response.context["adminform"].form.errors[field]
    assert "U+0007" in message


def test_topics_are_filtered_by_state(organiser_client):
    topics = {
        "draft": TopicFactory(publish_at=None),
        "scheduled": TopicFactory(publish_at=days_from_now(1)),
        "out": TopicFactory(),
    }

    for state, topic in topics.items():
        assert rows(organiser_client.get(TOPICS, {"state": state})) == [topic]


def test_topic_leads_to_its_page_and_its_mail(organiser_client):
    topic = TopicFactory(publish_at=None, round=RoundFactory())
    url = reverse("admin:discussions_topic_change", args=[topic.pk])

    page = organiser_client.get(url).content.decode()

    assert f'<a href="{topic.get_absolute_url()}">Preview the page</a>' in page
    assert f'<a href="{TOPICS}{topic.pk}/mail/">Preview the mail</a>' in page


@pytest.fixture
def topic():
    return TopicFactory(
        title="Quiet days", publish_at=days_from_now(3), round=RoundFactory()
    )


def test_mail_preview_shows_the_mail_and_writes_none(organiser_client, topic):
    ApplicationFactory.create_batch(2, round=topic.round)

    page = organiser_client.get(f"{TOPICS}{topic.pk}/mail/").content.decode()

    assert "Quiet days" in page
    assert "to everyone who is in" in page
    assert "2 people now" in page
    assert f'src="{TOPICS}{topic.pk}/mail/html/"' in page
    assert Message.objects.count() == 0


def test_mail_preview_is_framed_without_scripts(organiser_client, topic):
    response = organiser_client.get(f"{TOPICS}{topic.pk}/mail/html/")

    policy = response.headers["Content-Security-Policy"]
    assert "Quiet days" in response.content.decode()
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize("part", ["mail/", "mail/html/"])
def test_mail_preview_is_for_those_who_may_see_topics(client, topic, part):
    url = f"{TOPICS}{topic.pk}/{part}"

    assert client.get(url).status_code == 302
    client.force_login(UserFactory())
    assert client.get(url).status_code == 302
    client.force_login(OrganiserFactory(is_superuser=False))
    assert client.get(url).status_code == 403


def test_topic_without_a_round_has_no_mail(organiser_client):
    topic = TopicFactory()

    assert organiser_client.get(f"{TOPICS}{topic.pk}/mail/").status_code == 404
