"""The monthly topic, and what people say to it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from rounds.models import Round


class Category(models.Model):
    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("discussions:category", args=[self.slug])


class Tag(models.Model):
    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("discussions:tag", args=[self.slug])


class TopicQuerySet(models.QuerySet["Topic"]):
    def published(self) -> Self:
        return self.filter(publish_at__lte=timezone.now())

    def to_announce(self) -> Self:
        """Topics of a round that are out, and whose mail is not."""
        return self.published().exclude(round=None).filter(announced_at=None)


class Topic(models.Model):
    """A discussion post: published on its date, mailed to its round, open to anyone's comments."""

    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=150, unique_for_month="publish_at")
    lead = models.TextField(
        max_length=400,
        help_text="One or two sentences: for lists, and to begin the mail.",
    )
    body = models.TextField(help_text="In Markdown.")
    publish_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty: a draft."
    )
    round = models.ForeignKey(
        Round,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="topics",
        help_text="Whose people get it by mail; empty: nobody does.",
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="topics"
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="topics")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    announced_at = models.DateTimeField(null=True, editable=False)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["-publish_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        day = self.publish_at or timezone.now()
        return reverse("discussions:topic", args=[day.year, day.month, self.slug])


class CommentQuerySet(models.QuerySet["Comment"]):
    def approved(self) -> Self:
        return self.exclude(approved_at=None).filter(rejected_at=None)

    def held(self) -> Self:
        """Comments that wait for an organiser."""
        return self.filter(approved_at=None, rejected_at=None)


class Comment(models.Model):
    """What somebody says to a topic, or answers to another comment."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies"
    )
    name = models.CharField(max_length=60)
    email = models.EmailField("mail address", max_length=254)
    website = models.URLField(max_length=200, blank=True)
    text = models.TextField(max_length=5000)
    posted_at = models.DateTimeField(db_default=Now(), editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)
    rejected_at = models.DateTimeField(null=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["posted_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="comment_answers_another",
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                violation_error_message="A comment cannot answer itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"Comment {self.pk}"

    def get_absolute_url(self) -> str:
        return f"{self.topic.get_absolute_url()}#comment-{self.pk}"
