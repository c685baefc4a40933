"""When topics are looked at."""

from __future__ import annotations

from celery import shared_task

from discussions import services
from discussions.models import Topic
from iln.mail.tasks import nudge


@shared_task
def announce_topics() -> None:
    """Mail the topics that are out to the people of their rounds. The schedule repeats it."""
    for topic in Topic.objects.to_announce().select_related("round"):
        services.announce(topic)
        nudge()
