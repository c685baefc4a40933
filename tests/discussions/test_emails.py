from __future__ import annotations

import pytest
from django.utils import timezone

from discussions import emails
from discussions.models import Topic
from iln.mail.models import Message
from tests.factories import ApplicationFactory, TopicFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return ApplicationFactory(name="Amina <W>", round__name="Autumn & winter")


@pytest.fixture
def topic(application):
    return TopicFactory(
        title="Quiet & <calm> days", lead="What’s “quiet”?", round=application.round
    )


def test_topic_mail_is_addressed_to_one_person(topic, application):
    message = emails.topic_mail(topic, application)

    assert message.key == f"topic {topic.pk}, person {application.user_id}"
    assert message.recipient == application.user
    assert message.address == application.user.email
    assert message.stream == Message.Stream.TOPICS
    assert message.cause_id == topic.pk


def test_topic_mail_says_the_same_as_text_and_html(topic, application):
    message = emails.topic_mail(topic, application)

    assert message.subject == "Quiet & <calm> days"
    for words in (
        "Amina <W>",
        "Quiet & <calm> days",
        "What’s “quiet”?",
        "Autumn & winter",
        f"http://127.0.0.1:8000{topic.get_absolute_url()}",
        f"http://127.0.0.1:8000{application.get_absolute_url()}",
    ):
        assert words in message.text
        assert (
            words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            in message.html
        )


def test_topic_mail_is_wanted_while_both_are_there(topic, application):
    message = emails.topic_mail(topic, application)

    assert emails.TOPIC.why_not(message) == ""


def test_topic_mail_is_not_wanted_after_the_person_left(topic, application):
    message = emails.topic_mail(topic, application)
    application.withdrawn_at = timezone.now()
    application.save()

    assert emails.TOPIC.why_not(message) == "This person has left the round."


@pytest.mark.parametrize("undo", ["unpublish", "delete"])
def test_topic_mail_is_not_wanted_after_the_topic_is_taken_back(
    topic, application, undo
):
    message = emails.topic_mail(topic, application)
    topics = Topic.objects.filter(pk=topic.pk)
    topics.update(publish_at=None) if undo == "unpublish" else topics.delete()

    assert emails.TOPIC.why_not(message) == "The topic is not public any more."


def test_nobody_else_is_named_in_a_topic_mail(topic, application):
    other = ApplicationFactory(round=topic.round)

    message = emails.topic_mail(topic, application)

    assert other.user.email not in message.text + message.html
