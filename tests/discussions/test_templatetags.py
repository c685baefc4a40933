from __future__ import annotations

import pytest

from discussions.templatetags.discussions import latest_topic
from tests.factories import CommentFactory, TopicFactory, days_from_now

pytestmark = pytest.mark.django_db


def test_latest_topic_is_the_newest_that_is_out_with_its_comments(
    django_assert_num_queries,
):
    TopicFactory(publish_at=days_from_now(-2))
    newest = TopicFactory(publish_at=days_from_now(-1))
    TopicFactory(publish_at=days_from_now(1))
    TopicFactory(publish_at=None)
    CommentFactory.create_batch(2, topic=newest)
    CommentFactory(topic=newest, approved_at=None)

    with django_assert_num_queries(1):
        latest = latest_topic()
        _ = latest.category.name

    assert latest == newest
    assert latest.comment_count == 2


def test_latest_topic_is_none_before_the_first():
    assert latest_topic() is None
