"""What we write about a topic."""

from __future__ import annotations

from discussions.models import Topic
from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from participants.models import Application


def _why_not(message: Message) -> str:
    topic = Topic.objects.published().filter(pk=message.cause_id or 0).first()
    if topic is None:
        return "The topic is not public any more."
    still_in = Application.objects.confirmed().filter(
        round=topic.round_id, user=message.recipient_id
    )
    return "" if still_in.exists() else "This person has left the round."


TOPIC = register(
    Kind(
        "topic",
        Message.Stream.TOPICS,
        "discussions/emails/topic",
        why_not=_why_not,
        doubtful="hold",
    )
)


def topic_mail(topic: Topic, application: Application) -> Message:
    """The month's topic, for one person in its round."""
    return TOPIC.compose(
        key=f"topic {topic.pk}, person {application.user_id}",
        to=application.user,
        context={"topic": topic, "application": application},
        cause_id=topic.pk,
    )
