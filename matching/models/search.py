"""The search for a proposal."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from matching.models.proposal import Proposal
from rounds.models import Round


class Search(models.Model):
    """An organiser's request to find the best matching, and how far it has come."""

    class Stage(models.TextChoices):
        QUEUED = "queued", "waiting for a worker"
        READING = "reading", "reading the applications"
        SCORING = "scoring", "weighing every pair"
        SOLVING = "solving", "finding the best matching"
        EXPLAINING = "explaining", "finding the reasons"
        DONE = "done", "done"

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="searches")
    seed = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    stage = models.CharField(choices=Stage, default=Stage.QUEUED, max_length=10)
    seen_at = models.DateTimeField(
        null=True, help_text="The worker's last sign of life."
    )
    ended_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)
    proposal = models.OneToOneField(Proposal, on_delete=models.SET_NULL, null=True)

    class Meta:
        verbose_name_plural = "searches"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_search_at_a_time",
                fields=["round"],
                condition=Q(ended_at=None),
                violation_error_message="A search is under way already.",
            )
        ]

    def __str__(self) -> str:
        return f"Search {self.pk}"
