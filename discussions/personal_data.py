"""Who writes topics and comments."""

from __future__ import annotations

from iln.personal_data import Table

TABLES = [
    Table(
        "discussions.Topic",
        whose=("author",),
        stays=True,
        kept="with the topic, which is public; without its author when that organiser is erased",
        personal={"author": "the organiser who wrote it, named on its page"},
        clean={
            "title",
            "slug",
            "lead",
            "body",
            "body_html",
            "publish_at",
            "round",
            "category",
            "tags",
            "announced_at",
        },
    ),
    Table(
        "discussions.Comment",
        whose=("email",),
        stays=True,
        kept="with its topic, until its author asks us to remove it, or their name",
        personal={
            "name": "the name, shown",
            "email": "the mail address, never shown",
            "website": "the website, shown",
            "text": "what they say, shown",
            "text_html": "the same as HTML",
            "posted_at": "when they said it, shown",
            "parent": "to whom they answer",
        },
        clean={"topic", "held_because", "approved_at", "rejected_at"},
    ),
    Table("discussions.Category", clean={"name", "slug"}),
    Table("discussions.Tag", clean={"name", "slug"}),
]
