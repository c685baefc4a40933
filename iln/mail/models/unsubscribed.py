"""Who wants no mail of which stream."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from iln.mail.models.message import Message


class UnsubscribedQuerySet(models.QuerySet["Unsubscribed"]):
    def now(self) -> Self:
        """Those that hold today: for good, or until a day that is yet to come."""
        return self.filter(Q(until=None) | Q(until__gt=timezone.localdate()))


class Unsubscribed(models.Model):
    """That somebody wants no mail of one stream, for good or until a day."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="unsubscribed"
    )
    stream = models.CharField(choices=Message.Stream, max_length=10)
    until = models.DateField(null=True, blank=True)
    asked_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = UnsubscribedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "unsubscribed"
        constraints = [
            models.UniqueConstraint(
                name="unsubscribed_once", fields=["recipient", "stream"]
            ),
            models.CheckConstraint(
                name="account_mails_cannot_be_stopped",
                condition=~Q(stream=Message.Stream.ACCOUNT),
                violation_error_message="Mails about one’s own acts cannot be stopped.",
            ),
        ]

    def __str__(self) -> str:
        return f"unsubscribed {self.pk}"

    @property
    def how_long(self) -> str:
        return f" until {self.until.isoformat()}" if self.until else ""
