"""The search for a proposal."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from matching.models.proposal import Proposal
from rounds.models import Round


class SearchQuerySet(models.QuerySet["Search"]):
    def under_way(self) -> Self:
        return self.filter(ended_at=None)

    def cancel(self) -> int:
        """End what is under way: its worker finds out at the next stage, and keeps nothing."""
        now = timezone.now()
        return self.under_way().update(cancelled_at=now, ended_at=now)


class Search(models.Model):
    """An organiser's request to find the best matching, and how far it has come."""

    class Stage(models.TextChoices):
        QUEUED = "queued", "waiting for a worker"
        READING = "reading", "reading the applications"
        SCORING = "scoring", "weighing every pair"
        SOLVING = "solving", "finding the best matching"
        PROVING = "proving", "proving that none is better"
        EXPLAINING = "explaining", "finding the reasons"
        SAVING = "saving", "keeping the proposal"
        DONE = "done", "done"

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="searches")
    seed = models.PositiveIntegerField(default=0)
    again = models.ForeignKey(
        Proposal,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text="The proposal whose question is to be asked once more.",
    )
    people = models.PositiveIntegerField(
        default=0, help_text="How many there were to match, to tell how long it takes."
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="How many workers began it."
    )
    stage = models.CharField(choices=Stage, default=Stage.QUEUED, max_length=10)
    stage_at = models.DateTimeField(null=True, help_text="When the stage began.")
    seen_at = models.DateTimeField(
        null=True, help_text="The worker's last sign of life."
    )
    ended_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)
    proposal = models.OneToOneField(Proposal, on_delete=models.SET_NULL, null=True)

    objects = SearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "searches"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_search_at_a_time",
                fields=["round"],
                condition=Q(ended_at=None),
                violation_error_message="A search is under way already.",
            ),
            models.CheckConstraint(
                name="cancelled_search_is_over",
                condition=Q(cancelled_at=None)
                | Q(ended_at__isnull=False, proposal=None),
                violation_error_message="A cancelled search leaves no proposal.",
            ),
        ]

    def __str__(self) -> str:
        return f"Search {self.pk}"
