"""The outbox: one row for every mail to one person."""

from __future__ import annotations

import uuid
from datetime import timedelta
from email.utils import make_msgid
from typing import Self

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

LEASE = timedelta(minutes=5)


def _message_id() -> str:
    return make_msgid(domain=settings.SITE_HOST)


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> Self:
        """Neither sent nor given up."""
        return self.filter(sent_at=None, failed_at=None, cancelled_at=None)

    def due(self) -> Self:
        """To be sent now: waiting, its time has come, and nobody is at it."""
        now = timezone.now()
        return self.waiting().filter(
            Q(lease_until=None) | Q(lease_until__lt=now), held_at=None, due_at__lte=now
        )

    @transaction.atomic
    def claim(self, limit: int) -> list[Message]:
        """Lease up to `limit` due messages to the caller; nobody else gets them meanwhile."""
        skip = connection.features.has_select_for_update_skip_locked
        rows = self.due().order_by("due_at", "pk").select_for_update(skip_locked=skip)
        ids = list(rows.values_list("pk", flat=True)[:limit])
        claim = uuid.uuid4()
        self.filter(pk__in=ids).update(
            claimed_by=claim, lease_until=timezone.now() + LEASE
        )
        return list(self.filter(claimed_by=claim).order_by("due_at", "pk"))


class Message(models.Model):
    """One mail to one person. The row is the truth; a task only comes to look for it."""

    class Stream(models.TextChoices):
        ACCOUNT = "account", "about your own acts"
        ROUND = "round", "about your round"
        TOPICS = "topics", "monthly topics"
        COMMENTS = "comments", "comments"
        ALERTS = "alerts", "for organisers"

    key = models.CharField(max_length=200, unique=True, editable=False)
    kind = models.CharField(max_length=50, editable=False)
    stream = models.CharField(choices=Stream, max_length=10, editable=False)
    cause_id = models.PositiveBigIntegerField(
        null=True,
        editable=False,
        help_text="The row that this mail is about, if there is one.",
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="messages",
    )
    address = models.EmailField(max_length=254, editable=False)
    subject = models.CharField(max_length=300, editable=False)
    text = models.TextField(editable=False)
    html = models.TextField(editable=False)
    message_id = models.CharField(
        max_length=200, unique=True, default=_message_id, editable=False
    )

    queued_at = models.DateTimeField(db_default=Now(), editable=False)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_by = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    sending_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    last_answer = models.TextField(blank=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    failed_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    held_at = models.DateTimeField(null=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "-pk"]
        indexes = [
            models.Index(
                name="message_due",
                fields=["due_at"],
                condition=Q(
                    sent_at=None, failed_at=None, cancelled_at=None, held_at=None
                ),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="message_ends_one_way",
                condition=Q(sent_at=None, failed_at=None)
                | Q(sent_at=None, cancelled_at=None)
                | Q(failed_at=None, cancelled_at=None),
                violation_error_message="A message is sent, or failed, or cancelled.",
            ),
            models.CheckConstraint(
                name="message_sent_after_sending",
                condition=Q(sent_at=None) | Q(sending_at__lte=F("sent_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.key
