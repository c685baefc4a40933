"""People who want to hear when the next round opens."""

from __future__ import annotations

from typing import Self

from django.core import signing
from django.db import models
from django.db.models.functions import Lower, Now


class OpeningAlertQuerySet(models.QuerySet["OpeningAlert"]):
    def to_tell(self) -> Self:
        return self.exclude(confirmed_at=None).filter(told_at=None)


class OpeningAlert(models.Model):
    """One address that asked to be told, once, when the next round opens."""

    email = models.EmailField("mail address", max_length=254)
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)

    objects = OpeningAlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_waiting_alert_per_address",
                condition=models.Q(told_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"alert {self.pk}"

    @property
    def token(self) -> str:
        return signing.dumps(self.pk, salt="participants.alert")
