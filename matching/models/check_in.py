"""What each partner says about how it goes, asked for a few times in a round."""

from __future__ import annotations

from typing import Self

from django.core import signing
from django.core.signing import BadSignature
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from matching.models.proposal import Seat

CHECK_IN_SALT = "matching.check-in"


class Frequency(models.TextChoices):
    """How often partners hear from each other: what predicts best whether they are content."""

    WEEKLY = "weekly", "About every week"
    FORTNIGHTLY = "fortnightly", "About every two weeks"
    MONTHLY = "monthly", "About once a month"
    LESS = "less", "Less often"
    NEVER = "never", "Not at all"


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def newest(self) -> Self:
        """The newest of each seat: an older one can no longer be answered."""
        mine = CheckIn.objects.filter(seat=OuterRef("seat")).order_by("-number")
        return self.filter(pk=Subquery(mine.values("pk")[:1]))

    def unanswered(self) -> Self:
        return self.filter(answered_at=None)

    def from_token(self, token: str) -> CheckIn:
        """The check-in that a signed link names; BadSignature or DoesNotExist otherwise."""
        found = signing.loads(token, salt=CHECK_IN_SALT)
        if not isinstance(found, int):
            raise BadSignature("It names no check-in.")
        return self.select_related("seat__application__round").get(pk=found)


class CheckIn(models.Model):
    """One question to one person about one match, and what they answered."""

    class Answer(models.TextChoices):
        IN_TOUCH = Seat.CheckIn.IN_TOUCH.value, "Yes, we are in touch"
        NOT_YET = Seat.CheckIn.NOT_YET.value, "Not yet"
        HELP = Seat.CheckIn.HELP.value, "I need help"

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="check_ins")
    number = models.PositiveSmallIntegerField(help_text="The first, the second, …")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    nudged_at = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    answer = models.CharField(choices=Answer, blank=True, max_length=10)
    frequency = models.CharField(choices=Frequency, blank=True, max_length=12)
    words = models.TextField(blank=True, max_length=2000)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                name="one_check_in_per_seat_and_number", fields=["seat", "number"]
            ),
            models.CheckConstraint(
                name="answer_to_a_check_in_has_its_moment",
                condition=Q(answer="", answered_at=None)
                | ~Q(answer="") & Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Check-in {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("matching:check_in", args=[self.token])

    @property
    def token(self) -> str:
        """What the link in its mail carries: good for this one question, and naming nobody."""
        return signing.dumps(self.pk, salt=CHECK_IN_SALT)

    @property
    def asks_how_often(self) -> bool:
        """From the second on: at first there is nothing to count yet."""
        return self.number > 1

    @property
    def is_open(self) -> bool:
        """Whether it may be answered: until the next one, or the end of the round or the match."""
        seat = self.seat
        if not seat.is_in_place or timezone.now() >= seat.application.round.ends_at:
            return False
        return not seat.check_ins.filter(number__gt=self.number).exists()
