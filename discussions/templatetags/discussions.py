from __future__ import annotations

from django import template
from django.db.models import QuerySet

from discussions.models import Topic
from rounds.models import Round

register = template.Library()


@register.simple_tag
def latest_topic() -> Topic | None:
    """The newest topic that is out, with its number of comments."""
    topics = Topic.objects.published().with_comment_count()
    return topics.select_related("category").first()


@register.simple_tag
def topics_of(round_: Round) -> QuerySet[Topic]:
    """The topics of a round that are out, the newest first, with their numbers of comments."""
    return Topic.objects.published().with_comment_count().filter(round=round_)
