from __future__ import annotations

import pytest
from django.utils import timezone

from discussions import services
from discussions.models import Comment, Topic
from iln.mail.models import Message
from tests.factories import (
    ApplicationFactory,
    CommentFactory,
    RoundFactory,
    TopicFactory,
)
from tests.together import at_once


@pytest.fixture
def topic():
    return TopicFactory(round=RoundFactory())


@pytest.mark.django_db(transaction=True)
def test_post_stores_one_comment_of_presses_at_the_same_time(topic):
    def press():
        comment = CommentFactory.build(topic=topic, text="Once.", approved_at=None)
        return services.post(comment).pk

    assert at_once(press, times=4) == [Comment.objects.get().pk] * 4


@pytest.mark.django_db(transaction=True)
def test_announce_mails_everyone_once_when_ticks_coincide(topic):
    people = ApplicationFactory.create_batch(3, round=topic.round)

    assert at_once(lambda: services.announce(topic), times=4) == [None] * 4

    topic.refresh_from_db()
    keys = [f"topic {topic.pk}, person {person.user_id}" for person in people]
    assert topic.announced_at
    assert sorted(Message.objects.values_list("key", flat=True)) == sorted(keys)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [{"publish_at": None}, {"round": None}, {"announced_at": timezone.now()}]
)
def test_announce_looks_again_before_it_queues(topic, change):
    ApplicationFactory(round=topic.round)
    Topic.objects.filter(pk=topic.pk).update(**change)

    services.announce(topic)

    assert Message.objects.count() == 0
