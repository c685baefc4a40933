"""The monthly topic, and what people say to it."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Lower, Now
from django.urls import reverse
from django.utils import timezone

from discussions.markdown import render_comment, render_post
from discussions.wording import validate_no_control_characters, validate_visible
from rounds.models import Round

validate_web_address = URLValidator(
    schemes=["http", "https"],
    message="This is no web address. One looks like https://example.org.",
)
WORDS_A_MINUTE = 200


class Category(models.Model):
    name = models.CharField(
        max_length=60, unique=True, validators=[validate_no_control_characters]
    )
    slug = models.SlugField(max_length=60, unique=True)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("discussions:category", args=[self.slug])


class Tag(models.Model):
    name = models.CharField(
        max_length=60, unique=True, validators=[validate_no_control_characters]
    )
    slug = models.SlugField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("discussions:tag", args=[self.slug])


class TopicQuerySet(models.QuerySet["Topic"]):
    def drafts(self) -> Self:
        return self.filter(publish_at=None)

    def scheduled(self) -> Self:
        return self.filter(publish_at__gt=timezone.now())

    def published(self) -> Self:
        return self.filter(publish_at__lte=timezone.now())

    def to_announce(self) -> Self:
        """Topics of a round that are out, and whose mail is not."""
        return self.published().exclude(round=None).filter(announced_at=None)

    def with_comment_count(self) -> Self:
        """With the number of approved comments; a GROUP BY would lose the order of the model."""
        approved = Comment.objects.approved().filter(topic=OuterRef("pk"))
        counted = approved.order_by().values("topic").annotate(number=Count("pk"))
        return self.annotate(comment_count=Coalesce(counted.values("number"), 0))

    def before(self, topic: Topic) -> Topic | None:
        """The public topic that came out before this one."""
        earlier = Q(publish_at__lt=topic.publish_at) | Q(
            publish_at=topic.publish_at, pk__lt=topic.pk
        )
        return self.published().filter(earlier).order_by("publish_at", "pk").last()

    def after(self, topic: Topic) -> Topic | None:
        """The public topic that came out after this one."""
        later = Q(publish_at__gt=topic.publish_at) | Q(
            publish_at=topic.publish_at, pk__gt=topic.pk
        )
        return self.published().filter(later).order_by("publish_at", "pk").first()


class Topic(models.Model):
    """A discussion post: published on its date, mailed to its round, open to anyone's comments."""

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        SCHEDULED = "scheduled", "scheduled"
        OUT = "out", "out"

    title = models.CharField(
        max_length=150, validators=[validate_no_control_characters]
    )
    slug = models.SlugField(
        max_length=150,
        unique=True,
        help_text="The end of its web address; links break when it changes later.",
    )
    lead = models.TextField(
        max_length=400,
        validators=[validate_no_control_characters],
        help_text="One or two sentences: for lists, and to begin the mail.",
    )
    body = models.TextField(
        help_text=(
            "In Markdown: a blank line between paragraphs, *slanted*, **strong**, "
            "[a link](https://example.org), “- ” before each point of a list, "
            "“> ” before a quotation, “## ” before a heading."
        )
    )
    body_html = models.TextField(default="", editable=False)
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
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    announced_at = models.DateTimeField("mailed", null=True, editable=False)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["-publish_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.body_html = render_post(self.body)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        day = timezone.localdate(
            self.publish_at or timezone.now(), timezone.get_default_timezone()
        )
        return reverse("discussions:topic", args=[day.year, day.month, self.slug])

    @property
    def state(self) -> State:
        if self.publish_at is None:
            return self.State.DRAFT
        is_out = self.publish_at <= timezone.now()
        return self.State.OUT if is_out else self.State.SCHEDULED

    @property
    def is_out(self) -> bool:
        return self.state == self.State.OUT

    @property
    def reading_minutes(self) -> int:
        return max(1, round(len(self.body.split()) / WORDS_A_MINUTE))


class CommentQuerySet(models.QuerySet["Comment"]):
    def approved(self) -> Self:
        return self.exclude(approved_at=None).filter(rejected_at=None)

    def held(self) -> Self:
        """Comments that wait for an organiser."""
        return self.filter(approved_at=None, rejected_at=None)

    def rejected(self) -> Self:
        return self.exclude(rejected_at=None)

    def for_thread(self) -> Self:
        """What was ever approved: a removed comment may have answers that stay."""
        return self.exclude(approved_at=None)

    def from_address(self, email: str) -> Self:
        """In any spelling; both sides by the database, whose capitals may end with English."""
        return self.alias(address=Lower("email")).filter(address=Lower(Value(email)))

    def approve(self) -> int:
        undecided_or_rejected = Q(approved_at=None) | Q(rejected_at__isnull=False)
        return self.filter(undecided_or_rejected).update(
            approved_at=timezone.now(), rejected_at=None
        )

    def reject(self) -> int:
        return self.filter(rejected_at=None).update(rejected_at=timezone.now())


class Comment(models.Model):
    """What somebody says to a topic, or answers to another comment."""

    class HeldBecause(models.TextChoices):
        FIRST = "first", "the first comment by this name and address"
        TRAP = "trap", "filled in a field that people cannot see"

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies"
    )
    name = models.CharField(
        max_length=60, validators=[validate_no_control_characters, validate_visible]
    )
    email = models.EmailField("mail address", max_length=254)
    website = models.URLField(
        max_length=200,
        blank=True,
        validators=[validate_web_address, validate_no_control_characters],
    )
    text = models.TextField(
        max_length=5000, validators=[validate_no_control_characters, validate_visible]
    )
    text_html = models.TextField(default="", editable=False)
    held_because = models.CharField(
        choices=HeldBecause, blank=True, max_length=10, editable=False
    )
    posted_at = models.DateTimeField(db_default=Now(), editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)
    rejected_at = models.DateTimeField(null=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["posted_at", "pk"]
        indexes = [models.Index(Lower("email"), name="comment_by_address")]
        constraints = [
            models.CheckConstraint(
                name="comment_answers_another",
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                violation_error_message="A comment cannot answer itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"Comment {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.text_html = render_comment(self.text)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"{self.topic.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return f"comment-{self.pk}"

    @property
    def is_shown(self) -> bool:
        return self.approved_at is not None and self.rejected_at is None
