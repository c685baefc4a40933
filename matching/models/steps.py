"""What organisers changed in a draft, step by step."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Q
from django.db.models.functions import Greatest, Now

from matching.models.proposal import Proposal
from matching.wording import joined
from participants.models import Application


class StepQuerySet(models.QuerySet["Step"]):
    def in_effect(self) -> Self:
        return self.filter(undone_at=None)

    def since(self, number: int) -> Self:
        """What was done or undone after a draft had reached this number."""
        return self.filter(Q(number__gt=number) | Q(undone_number__gt=number))

    def latest_number(self) -> int:
        """How far a draft has come: each step counts on, and so does each undoing of one."""
        latest = Greatest("number", F("undone_number"))
        return self.aggregate(latest=Max(latest))["latest"] or 0

    def to_undo(self) -> Step | None:
        return self.in_effect().order_by("number").last()

    def to_redo(self) -> Step | None:
        """What was undone last, unless something else has been done since."""
        waiting = self.exclude(undone_at=None).filter(settled_at=None)
        return waiting.order_by("undone_number").last()


class Step(models.Model):
    """One change of a draft, as it was decided. Rows are added and never taken away.

    `adds` and `lifts` are the decisions that it made and ended; `before` and `after` the
    groups of those who moved, as applications: one alone is left over. To do it again is a
    step of its own.
    """

    class Kind(models.TextChoices):
        TOGETHER = "together", "kept together"
        APART = "apart", "kept apart"
        SWAP = "swap", "swapped"
        ASIDE = "aside", "set aside"
        RELEASE = "release", "let go"

    proposal = models.ForeignKey(
        Proposal, on_delete=models.CASCADE, related_name="steps"
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(choices=Kind, max_length=10)
    people = models.ManyToManyField(Application, related_name="+")
    reason = models.TextField()
    adds = models.JSONField(default=list)
    lifts = models.JSONField(default=list)
    before = models.JSONField(default=list)
    after = models.JSONField(default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, editable=False)
    undone_number = models.PositiveIntegerField(default=0, editable=False)
    settled_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="Since when it cannot be done again: it was, or something else was.",
    )

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                name="steps_are_numbered", fields=["proposal", "number"]
            ),
            models.CheckConstraint(
                name="step_undone_after_it_was_made",
                condition=Q(undone_at=None, undone_number=0)
                | Q(undone_at__isnull=False, undone_number__gt=F("number")),
            ),
            models.CheckConstraint(
                name="only_what_was_undone_is_settled",
                condition=Q(settled_at=None) | Q(undone_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Step {self.number}"

    @property
    def in_words(self) -> str:
        """“Amina and Jo kept together”."""
        names = sorted(person.name for person in self.people.all())
        return f"{joined(names) or 'somebody'} {self.get_kind_display()}"
