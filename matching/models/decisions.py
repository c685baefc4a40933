"""What was decided about people: who has met, who never shall, who stays together, who sits out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from participants.models import Application
from rounds.models import Round


class PastPair(models.Model):
    """Two people who have been partners, as keyed fingerprints and nothing else."""

    first = models.CharField(max_length=64)
    second = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="past_pair_once", fields=["first", "second"]),
            models.CheckConstraint(
                name="past_pair_in_order", condition=Q(first__lt=F("second"))
            ),
        ]

    def __str__(self) -> str:
        return f"past pair {self.pk}"


class Veto(models.Model):
    """Two people who shall never be partners."""

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
        verbose_name_plural = "vetoes"
        constraints = [
            models.UniqueConstraint(
                name="one_veto_per_pair",
                fields=["first", "second"],
                violation_error_message="These two are kept apart already.",
            ),
            models.CheckConstraint(
                name="veto_in_order",
                condition=Q(first__lt=F("second")),
                violation_error_message="A veto names two different people, the earlier first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} and {self.second} kept apart"


class Pin(models.Model):
    """Two applications, or three as a group, that shall stay together in their round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="pins")
    first = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    third = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    reason = models.TextField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        # That nobody is first in one pin and second in another spans two columns of two rows,
        # which no constraint reaches on both databases: PinForm and steps see to it, under a lock.
        constraints = [
            models.UniqueConstraint(
                name="first_pinned_once",
                fields=["first"],
                violation_error_message="This person is pinned to somebody already.",
            ),
            models.UniqueConstraint(
                name="second_pinned_once",
                fields=["second"],
                violation_error_message="This person is pinned to somebody already.",
            ),
            models.UniqueConstraint(
                name="third_pinned_once",
                fields=["third"],
                violation_error_message="This person is pinned to somebody already.",
            ),
            models.CheckConstraint(
                name="pin_in_order",
                condition=Q(first__lt=F("second")),
                violation_error_message="A pin names two different people, the earlier first.",
            ),
            models.CheckConstraint(
                name="pin_of_three_in_order",
                condition=Q(third=None) | Q(second__lt=F("third")),
                violation_error_message="A pin names different people, the earlier first.",
            ),
        ]

    def __str__(self) -> str:
        if self.third:
            return f"{self.first}, {self.second} and {self.third} kept together"
        return f"{self.first} and {self.second} kept together"

    @property
    def people(self) -> tuple[int, ...]:
        """Its applications, by key."""
        return tuple(filter(None, (self.first_id, self.second_id, self.third_id)))


class Aside(models.Model):
    """An application that is left out of its round's matching."""

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, related_name="aside"
    )
    reason = models.TextField()
    words = models.TextField(
        blank=True, help_text="What their mail says of it; it goes without, too."
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "people set aside"

    def __str__(self) -> str:
        return f"{self.application} set aside"
