"""The topics for feed readers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator

from discussions.models import Topic


def permanent_id(name: str) -> str:
    """A name that stays when addresses change (RFC 4151): the year says when the host was ours."""
    return f"tag:{settings.SITE_HOST},2026:{name}"


class FullAtomFeed(Atom1Feed):
    """Atom that carries each entry's whole text beside its summary."""

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xml:base": self.feed["link"]}

    def add_item_elements(
        self, handler: SimplerXMLGenerator, item: dict[str, Any]
    ) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class TopicFeed(Feed):
    feed_type = FullAtomFeed
    title = f"Discussions of the {settings.NETWORK_NAME}"
    subtitle = "A topic a month, for partners and everyone else."
    link = reverse_lazy("discussions:list")
    author_name = settings.NETWORK_NAME
    feed_guid = permanent_id("discussions")

    def items(self) -> QuerySet[Topic]:
        topics = Topic.objects.published().select_related("category")
        return topics.prefetch_related("tags")[:20]

    def item_title(self, topic: Topic) -> str:
        return topic.title

    def item_description(self, topic: Topic) -> str:
        return escape(topic.lead)  # a summary is HTML

    def item_guid(self, topic: Topic) -> str:
        return permanent_id(f"topic-{topic.pk}")

    def item_pubdate(self, topic: Topic) -> datetime | None:
        return topic.publish_at

    item_updateddate = item_pubdate

    def item_categories(self, topic: Topic) -> list[str]:
        return [topic.category.name, *(tag.name for tag in topic.tags.all())]

    def item_extra_kwargs(self, topic: Topic) -> dict[str, str]:
        return {"content": topic.body_html}
