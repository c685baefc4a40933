from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from tests.factories import TagFactory, TopicFactory, days_from_now

pytestmark = pytest.mark.django_db
ATOM = {"": "http://www.w3.org/2005/Atom"}
NEEDED = ["id", "title", "updated", "link", "content"]  # by RFC 4287, besides content


def feed(client):
    response = client.get("/discussions/feed/")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own


def test_feed_is_valid_when_empty(client):
    root = feed(client)

    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    assert root.find("id", ATOM).text == "tag:127.0.0.1,2026:discussions"
    assert root.find("author/name", ATOM).text == "International Librarians Network"
    assert root.findall("entry", ATOM) == []


def test_feed_carries_whole_topics(client):
    topic = TopicFactory(
        title="Books & <quiet>",
        lead="A < B",
        body="Every library has *quiet* days.",
        publish_at=datetime(2026, 10, 4, 9, tzinfo=UTC),
        category__name="Monthly",
    )
    topic.tags.set([TagFactory(name="silence")])

    (entry,) = feed(client).findall("entry", ATOM)

    assert [name for name in NEEDED if entry.find(name, ATOM) is None] == []
    assert entry.find("title", ATOM).text == "Books & <quiet>"
    assert entry.find("summary", ATOM).text == "A &lt; B"
    assert entry.find("content", ATOM).attrib == {"type": "html"}
    assert entry.find("content", ATOM).text == topic.body_html
    assert entry.find("updated", ATOM).text == "2026-10-04T09:00:00+00:00"
    assert entry.find("link", ATOM).get("href") == (
        "http://testserver" + topic.get_absolute_url()
    )
    assert [c.get("term") for c in entry.findall("category", ATOM)] == [
        "Monthly",
        "silence",
    ]


def test_feed_ids_stay_when_a_topic_moves(client):
    topic = TopicFactory()
    before = feed(client).find("entry/id", ATOM).text

    topic.slug, topic.publish_at = "moved", datetime(2025, 1, 1, tzinfo=UTC)
    topic.save()

    assert feed(client).find("entry/id", ATOM).text == before


def test_feed_survives_what_xml_cannot_say(client):
    TopicFactory(body="A bell\x07 and a \uffff.")

    content = feed(client).find("entry/content", ATOM).text

    assert content == "<p>A bell and a .</p>\n"


def test_feed_keeps_unpublished_topics_back(client):
    TopicFactory(publish_at=None)
    TopicFactory(publish_at=days_from_now(1))

    assert feed(client).findall("entry", ATOM) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_feed_asks_the_same_questions_for_any_number(
    client, django_assert_num_queries, rows
):
    for topic in TopicFactory.create_batch(rows):
        topic.tags.set([TagFactory()])

    with django_assert_num_queries(2):  # topics, tags
        feed(client)
