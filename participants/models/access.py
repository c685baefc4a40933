"""Who of the organisers looked at whose data."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Access(models.Model):
    """An organiser saw somebody's data on a page: once per hour, however often they looked.

    Rows are added, and neither changed nor taken away, but with the person.
    """

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="accesses"
    )
    where = models.CharField("page", max_length=100)
    seen_at = models.DateTimeField("when", editable=False, help_text="To the hour.")

    class Meta:
        verbose_name = "look at somebody’s data"
        verbose_name_plural = "looks at people’s data"
        ordering = ["-seen_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_access_an_hour", fields=["by", "person", "where", "seen_at"]
            )
        ]

    def __str__(self) -> str:
        return f"look {self.pk}"
