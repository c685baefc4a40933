from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests.factories import (
    CategoryFactory,
    CommentFactory,
    TagFactory,
    TopicFactory,
    UserFactory,
    days_from_now,
)

pytestmark = pytest.mark.django_db
LIST = "/discussions/"


@pytest.fixture
def editor_client(client):
    """Somebody who may look at unpublished topics."""
    editor = UserFactory()
    editor.user_permissions.add(Permission.objects.get(codename="view_topic"))
    client.force_login(editor)
    return client


def titles(response):
    return [topic.title for topic in response.context["page_obj"]]


def test_list_shows_what_is_out_newest_first(client):
    TopicFactory(title="Older", publish_at=days_from_now(-2))
    TopicFactory(title="Newer", publish_at=days_from_now(-1))
    TopicFactory(title="Scheduled", publish_at=days_from_now(1))
    TopicFactory(title="Draft", publish_at=None)

    assert titles(client.get(LIST)) == ["Newer", "Older"]


def test_list_is_friendly_when_empty(client):
    assert "Nothing here yet." in client.get(LIST).content.decode()


def test_list_continues_on_a_second_page(client):
    TopicFactory.create_batch(11)

    assert len(titles(client.get(LIST))) == 10
    assert len(titles(client.get(LIST, {"page": 2}))) == 1
    assert client.get(LIST, {"page": 3}).status_code == 404
    assert client.get(LIST, {"page": "x"}).status_code == 404


def test_list_counts_approved_comments(client):
    topic = TopicFactory()
    CommentFactory.create_batch(2, topic=topic)
    CommentFactory(topic=topic, approved_at=None)

    assert "2 comments" in client.get(LIST).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_questions_for_any_number(
    client, django_assert_num_queries, rows
):
    for topic in TopicFactory.create_batch(rows):
        topic.tags.set([TagFactory()])
        CommentFactory(topic=topic)

    with django_assert_num_queries(4):  # count, topics, tags, categories
        client.get(LIST)


def test_category_shows_its_own(client):
    books = CategoryFactory(slug="books")
    TopicFactory(title="Mine", category=books)
    TopicFactory(title="Another's")

    assert titles(client.get("/discussions/category/books/")) == ["Mine"]
    assert client.get("/discussions/category/films/").status_code == 404


def test_tag_shows_its_own(client):
    TopicFactory(title="Mine").tags.set([TagFactory(slug="quiet")])
    TopicFactory(title="Another's")

    assert titles(client.get("/discussions/tag/quiet/")) == ["Mine"]
    assert client.get("/discussions/tag/loud/").status_code == 404


def test_topic_has_a_stable_address_by_date_and_slug(client):
    topic = TopicFactory(slug="quiet", publish_at=datetime(2026, 10, 4, tzinfo=UTC))

    assert topic.get_absolute_url() == "/discussions/2026/10/quiet/"
    assert client.get("/discussions/2026/10/quiet/").status_code == 200


def test_topic_is_found_after_its_date_has_moved(client):
    TopicFactory(slug="quiet", publish_at=datetime(2026, 10, 4, tzinfo=UTC))

    response = client.get("/discussions/2026/9/quiet/")

    assert response.status_code == 302
    assert response.url == "/discussions/2026/10/quiet/"


@pytest.mark.parametrize("day", [None, days_from_now(1)])
def test_unpublished_topic_is_not_found_by_strangers_and_participants(client, day):
    url = TopicFactory(publish_at=day).get_absolute_url()

    assert client.get(url).status_code == 404
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404


@pytest.mark.parametrize("day", [None, days_from_now(1)])
def test_unpublished_topic_is_previewed_by_organisers(editor_client, day):
    topic = TopicFactory(publish_at=day)

    response = editor_client.get(topic.get_absolute_url())

    assert "Only organisers see this page." in response.content.decode()
    assert "Post my comment" not in response.content.decode()


def test_unpublished_topic_takes_no_comments(editor_client):
    topic = TopicFactory(publish_at=None)

    assert editor_client.post(topic.get_absolute_url()).status_code == 403


def test_topic_shows_its_body_as_html_and_its_time_to_read(client):
    topic = TopicFactory(body="*Quiet* " * 400)

    page = client.get(topic.get_absolute_url()).content.decode()

    assert "<em>Quiet</em>" in page
    assert "· 2 min read" in page


def test_topic_never_shows_its_author_by_mail_address(client):
    topic = TopicFactory(author=UserFactory(name="", email="secret@example.org"))

    assert "secret@" not in client.get(topic.get_absolute_url()).content.decode()


def test_topic_leads_to_the_ones_before_and_after(client):
    before = TopicFactory(publish_at=days_from_now(-3))
    topic = TopicFactory(publish_at=days_from_now(-2))
    after = TopicFactory(publish_at=days_from_now(-1))
    TopicFactory(publish_at=days_from_now(1))

    middle = client.get(topic.get_absolute_url()).context
    last = client.get(after.get_absolute_url()).context

    assert (middle["older"], middle["newer"]) == (before, after)
    assert (last["older"], last["newer"]) == (topic, None)


def test_topics_of_one_moment_follow_one_another(client):
    moment = datetime(2026, 10, 4, tzinfo=UTC)
    first, second = TopicFactory.create_batch(2, publish_at=moment)

    assert client.get(first.get_absolute_url()).context["newer"] == second
    assert client.get(second.get_absolute_url()).context["older"] == first


@pytest.mark.parametrize("comments", [3, 30])
def test_topic_asks_the_same_questions_for_any_number_of_comments(
    client, django_assert_num_queries, comments
):
    topic = TopicFactory()
    topic.tags.set(TagFactory.create_batch(2))
    parent = None
    for _ in range(comments):
        parent = CommentFactory(topic=topic, parent=parent)

    with django_assert_num_queries(5):  # topic, tags, comments, older, newer
        client.get(topic.get_absolute_url())


def test_topic_shows_only_approved_comments(client):
    topic = TopicFactory()
    CommentFactory(topic=topic, text="Shown.")
    CommentFactory(topic=topic, text="Held.", approved_at=None)
    rejected = CommentFactory(topic=topic, text="Rejected.")
    answer = CommentFactory(topic=topic, parent=rejected, text="Stays.")
    type(rejected).objects.filter(pk=rejected.pk).reject()

    page = client.get(topic.get_absolute_url()).content.decode()

    shown = [
        word for word in ("Shown.", "Held.", "Rejected.", "Stays.") if word in page
    ]
    assert shown == ["Shown.", "Stays."]
    assert "An organiser removed this comment." in page
    assert f'id="{answer.anchor}"' in page
    assert "2 comments" in page


def test_markup_in_any_field_stays_words(client):
    script = "<script>alert(1)</script>"
    topic = TopicFactory(title=script, lead=script, body=script, category__name=script)
    topic.tags.set([TagFactory(name=script)])
    topic.author = UserFactory(name=script)
    topic.save()
    CommentFactory(topic=topic, name=script, text=script)

    for url in (LIST, topic.get_absolute_url(), reverse("discussions:feed")):
        assert "<script" not in client.get(url).content.decode()


def test_addresses_of_commenters_are_on_no_page(client):
    topic = TopicFactory()
    topic.tags.set([TagFactory()])
    comment = CommentFactory(topic=topic, email="secret@example.org")

    pages = [
        LIST,
        topic.get_absolute_url(),
        topic.get_absolute_url() + f"?reply={comment.pk}",
        topic.category.get_absolute_url(),
        topic.tags.get().get_absolute_url(),
        reverse("discussions:feed"),
        "/",
    ]

    assert [url for url in pages if b"secret" in client.get(url).content] == []
