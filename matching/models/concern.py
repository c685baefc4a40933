"""Somebody asks organisers for help, or says that they cannot work with their partner."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from matching.models.proposal import Seat


class ConcernQuerySet(models.QuerySet["Concern"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def keep(self, seat: Seat, words: str) -> Concern:
        """What somebody says, as the one open row of theirs: whoever says more adds to it.

        Whoever calls it holds the lock of the seat.
        """
        concern: Concern | None = self.filter(seat=seat).open().first()
        if concern is None:
            concern = Concern(seat=seat, words=words)
            concern.save()
            concern.refresh_from_db()
        elif words and words not in concern.words:
            concern.words = "\n\n".join(filter(None, [concern.words, words]))
            concern.at, concern.seen_at = timezone.now(), None
            concern.save(update_fields=["words", "at", "seen_at"])
        return concern

    def in_full(self) -> Self:
        """With who said it, and about which pair."""
        return self.select_related("seat__application", "seat__match", "by")


class Concern(models.Model):
    """What an organiser is asked to look at; their partner never hears of it."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="concerns")
    words = models.TextField(blank=True, max_length=2000)
    at = models.DateTimeField(db_default=Now(), editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = ConcernQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_concern_per_seat",
                fields=["seat"],
                condition=Q(closed_at=None),
                violation_error_message="We know of this already.",
            )
        ]

    def __str__(self) -> str:
        return f"Concern {self.pk}"
