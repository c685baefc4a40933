"""Sample topics for the demo, and what invented people say to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib.resources import files
from tomllib import loads
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from discussions.models import Category, Comment, Tag, Topic
from participants.models import User
from rounds.models import Round

READ_AFTER = timedelta(hours=2)


def load() -> None:
    """Publish three topics and plan one, unless there are topics."""
    if Topic.objects.exists():
        return
    content = loads(files("discussions").joinpath("demo.toml").read_text("utf-8"))
    categories = [Category(**each) for each in content["categories"]]
    Category.objects.bulk_create(categories, ignore_conflicts=True)
    today = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0)
    for each in content["topics"]:
        publish_at = today + timedelta(days=each["day"])
        topic = _topic(each, publish_at)
        _say(topic, publish_at, each.get("comments", []))


def _topic(content: dict[str, Any], publish_at: datetime) -> Topic:
    topic = Topic.objects.create(
        **{field: content[field] for field in ("slug", "title", "lead")},
        body=content["body"].strip(),
        publish_at=publish_at,
        category=Category.objects.get(slug=content["category"]),
        round=Round.objects.filter(slug=content.get("round")).first(),
        author=User.objects.filter(is_superuser=True).first(),
    )
    topic.tags.set(
        Tag.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0]
        for name in content["tags"]
    )
    return topic


def _say(
    topic: Topic,
    since: datetime,
    comments: Iterable[dict[str, Any]],
    parent: Comment | None = None,
) -> None:
    """Comments are read and approved after a while, unless they are still held."""
    for each in comments:
        posted_at = since + timedelta(days=each["day"])
        held = each.get("held", False)
        comment = Comment.objects.create(
            topic=topic,
            parent=parent,
            name=each["name"],
            email=f"{slugify(each['name']) or 'reader'}@comments.example",
            text=_paragraphs(each["text"]),
            posted_at=posted_at,
            approved_at=None if held else posted_at + READ_AFTER,
            held_because=Comment.HeldBecause.FIRST if held else "",
        )
        _say(topic, since, each.get("replies", []), comment)


def _paragraphs(text: str) -> str:
    """Without the line breaks that keep the file readable."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))
