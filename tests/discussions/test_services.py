from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
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


@pytest.fixture
def topic():
    return TopicFactory(round=RoundFactory())


def at_the_same_time(act, times=4):
    """Run `act` in threads that start together, and raise what any of them raised."""
    start = Barrier(times)

    def run():
        start.wait()
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        for future in [pool.submit(run) for _ in range(times)]:
            future.result()


@pytest.mark.django_db(transaction=True)
def test_post_stores_one_comment_of_presses_at_the_same_time(topic):
    at_the_same_time(
        lambda: services.post(
            CommentFactory.build(topic=topic, text="Once.", approved_at=None)
        )
    )

    assert Comment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_announce_mails_everyone_once_when_ticks_coincide(topic):
    people = ApplicationFactory.create_batch(3, round=topic.round)

    at_the_same_time(lambda: services.announce(topic))

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
