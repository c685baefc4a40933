"""What organisers did, beside the steps they took on a draft."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from rounds.models import Round


class LogLine(models.Model):
    """What an organiser did, in words. Rows are added, and neither changed nor taken away.

    The admin's own log would go with its author's account. People are named by their keys
    alone: whoever is erased is gone from here, too.
    """

    class Kind(models.TextChoices):
        ROUND = "round", "the round"
        PROPOSAL = "proposal", "a proposal"
        PIN = "pin", "who stays together"
        VETO = "veto", "who is kept apart"

    round = models.ForeignKey(
        Round, on_delete=models.CASCADE, null=True, related_name="log_lines"
    )
    kind = models.CharField(choices=Kind, max_length=10)
    words = models.TextField()
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-made_at", "-pk"]
        permissions = [("export_log", "Can export the decision log")]

    def __str__(self) -> str:
        return f"Log line {self.pk}"
