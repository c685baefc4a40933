"""Words that organisers edit, so that another community can use its own."""

from __future__ import annotations

from typing import Any, Self

from django.db import models


class TermQuerySet(models.QuerySet[Any]):
    def offered(self) -> Self:
        """Terms that applicants may still choose."""
        return self.filter(retired_at=None)


class Term(models.Model):
    """One word of a vocabulary. Wishes name it by its slug, which therefore stays."""

    label = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=100, unique=True)
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Lower comes first."
    )
    retired_at = models.DateTimeField(
        null=True, blank=True, help_text="From then on nobody can choose it any more."
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label


class Workplace(Term):
    class Meta(Term.Meta):
        verbose_name = "kind of workplace"
        verbose_name_plural = "kinds of workplace"


class Role(Term):
    pass


class CareerStage(Term):
    pass


class Interest(Term):
    pass
