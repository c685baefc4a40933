from __future__ import annotations

import pytest
from django.utils import timezone

from discussions.tasks import announce_topics
from iln.mail.models import Message
from tests.factories import (
    ApplicationFactory,
    RoundFactory,
    TopicFactory,
    days_from_now,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tick(django_capture_on_commit_callbacks):
    """The schedule's tick, with what it nudges."""

    def tick():
        with django_capture_on_commit_callbacks(execute=True):
            announce_topics()

    return tick


def test_topic_reaches_the_people_of_its_round_once(tick, mailoutbox):
    topic = TopicFactory(round=RoundFactory(), title="Quiet days")
    here = ApplicationFactory(round=topic.round)
    ApplicationFactory()  # in another round
    ApplicationFactory(round=topic.round, confirmed_at=None)
    ApplicationFactory(round=topic.round, withdrawn_at=timezone.now())

    tick()
    tick()

    (mail,) = mailoutbox
    topic.refresh_from_db()
    assert mail.to == [here.user.email]
    assert mail.subject == "Quiet days"
    assert topic.announced_at


@pytest.mark.parametrize(
    "topic",
    [{"publish_at": None}, {"publish_at": days_from_now(1)}, {"round": None}],
    ids=["draft", "scheduled", "nobody's"],
)
def test_topic_that_is_not_due_reaches_nobody(tick, topic):
    application = ApplicationFactory()

    TopicFactory(**{"round": application.round} | topic)
    tick()

    assert Message.objects.count() == 0


def test_several_topics_leave_in_one_tick(tick, mailoutbox):
    application = ApplicationFactory()
    TopicFactory.create_batch(2, round=application.round)

    tick()

    assert len(mailoutbox) == 2
