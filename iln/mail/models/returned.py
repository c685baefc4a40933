"""Mails that came back."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models.functions import Now

from iln.mail.models.message import Message


class ReturnedQuerySet(models.QuerySet["Returned"]):
    def hard(self) -> Self:
        """Those after which nothing more is sent to an address, until an organiser says so."""
        return self.filter(is_hard=True, lifted_at=None)

    def to(self, address: str) -> Self:
        return self.filter(message__address__iexact=address)


class Returned(models.Model):
    """A server's report that one of our mails did not arrive."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="returned", editable=False
    )
    is_hard = models.BooleanField(
        "for good",
        editable=False,
        help_text="The address does not exist. Otherwise it may work another time.",
    )
    status = models.CharField(max_length=12, editable=False)
    report = models.CharField(
        max_length=64,
        unique=True,
        editable=False,
        help_text="A fingerprint, so that a report counts once.",
    )
    at = models.DateTimeField(db_default=Now(), editable=False)
    lifted_at = models.DateTimeField(null=True, editable=False)

    objects = ReturnedQuerySet.as_manager()

    class Meta:
        verbose_name = "returned mail"
        verbose_name_plural = "returned mails"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"returned mail {self.pk}"
