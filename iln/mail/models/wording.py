"""What organisers made of the words of our mails, each version of it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from iln.mail.wording import Words


class WordingQuerySet(models.QuerySet["Wording"]):
    def of(self, kind: str, language: str) -> Self:
        """All versions for one kind of mail, the newest first."""
        return self.filter(kind=kind, language=language)

    def newest(self) -> Self:
        """Of each kind and language, the one that holds."""
        tops = self.order_by().values("kind", "language").annotate(top=models.Max("pk"))
        return self.filter(pk__in=tops.values("top"))


class Wording(models.Model):
    """One version of a mail's words. Rows are only ever added: the newest holds.

    An empty part is the shipped one, so that a row of empty parts takes everything back.
    """

    kind = models.CharField(max_length=50)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=150, blank=True)
    opening = models.TextField(max_length=3000, blank=True)
    closing = models.TextField(max_length=1000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = "wording of mails"
        verbose_name_plural = "wording of mails"
        ordering = ["-pk"]
        indexes = [models.Index(name="wording_of_kind", fields=["kind", "language"])]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"

    @property
    def words(self) -> Words:
        return Words(self.subject, self.opening, self.closing)

    @property
    def is_shipped(self) -> bool:
        return self.words == Words()
