from __future__ import annotations

from django import template

from discussions.models import Topic

register = template.Library()


@register.simple_tag
def latest_topic() -> Topic | None:
    """The newest topic that is out, with its number of comments."""
    topics = Topic.objects.published().with_comment_count()
    return topics.select_related("category").first()
