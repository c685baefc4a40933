"""People who want to hear when the next round opens."""

from __future__ import annotations

from typing import Self

from django.core import signing
from django.db import models
from django.db.models.functions import Lower, Now
from django.db.models.lookups import Exact
from django.urls import reverse

TOKEN_SALT = "participants.alert"  # noqa: S105 - names a purpose, is no secret


class OpeningAlertQuerySet(models.QuerySet["OpeningAlert"]):
    def waiting(self) -> Self:
        return self.filter(told_at=None)

    def to_tell(self) -> Self:
        return self.waiting().exclude(confirmed_at=None)

    def with_address(self, address: str) -> Self:
        return self.filter(Exact(Lower("email"), Lower(models.Value(address))))

    def from_token(self, token: str) -> OpeningAlert:
        """The alert that a signed link names; BadSignature or DoesNotExist otherwise."""
        return self.get(pk=signing.loads(token, salt=TOKEN_SALT))


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

    def get_absolute_url(self) -> str:
        return reverse("participants:alert", args=[self.token])

    @property
    def token(self) -> str:
        return signing.dumps(self.pk, salt=TOKEN_SALT)
