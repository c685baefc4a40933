"""Who looks like one person and is two."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class TwoPeople(models.Model):
    """An organiser looked at two who seemed to be one person, and they are not."""

    first = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    reason = models.TextField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "two people"
        verbose_name_plural = "two people, not one"
        constraints = [
            models.UniqueConstraint(
                name="two_people_once",
                fields=["first", "second"],
                violation_error_message="That these are two people is known already.",
            ),
            models.CheckConstraint(
                name="two_people_in_order", condition=Q(first__lt=F("second"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} and {self.second} are two people"
