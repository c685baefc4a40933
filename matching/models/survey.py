"""What people say about their partner and their wishes when the round is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing
from django.core.signing import BadSignature
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from matching.models.check_in import Frequency
from matching.models.proposal import Seat
from rounds.models import Round

SURVEY_SALT = "matching.survey"
SURVEY_OPEN_FOR = timedelta(weeks=4)


def survey_closes_at(round_: Round) -> datetime:
    return round_.ends_at + SURVEY_OPEN_FOR


class SurveyQuerySet(models.QuerySet["Survey"]):
    def from_token(self, token: str) -> Survey:
        """The survey that a signed link names; BadSignature or DoesNotExist otherwise."""
        found = signing.loads(token, salt=SURVEY_SALT)
        if not isinstance(found, int):
            raise BadSignature("It names no survey.")
        return self.select_related("seat__application__round").get(pk=found)


class Survey(models.Model):
    """One person's answers about one match; they may change them until it closes."""

    class Satisfaction(models.IntegerChoices):
        VERY_UNHAPPY = 1, "1 – not at all"
        UNHAPPY = 2, "2 – a little"
        SO_SO = 3, "3 – so-so"
        HAPPY = 4, "4 – happy"
        VERY_HAPPY = 5, "5 – very happy"

    class Worth(models.TextChoices):
        MUCH = "much", "It mattered a lot"
        SOME = "some", "It mattered a little"
        NOTHING = "nothing", "It made no difference"
        NO_WISHES = "no-wishes", "I had no wishes"

    seat = models.OneToOneField(Seat, on_delete=models.CASCADE, related_name="survey")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    satisfaction = models.PositiveSmallIntegerField(
        choices=Satisfaction, null=True, blank=True
    )
    frequency = models.CharField(choices=Frequency, blank=True, max_length=12)
    wishes_worth = models.CharField(choices=Worth, blank=True, max_length=10)
    words = models.TextField(blank=True, max_length=4000)
    may_quote = models.BooleanField(default=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        permissions = [("export_survey", "Can export answers to the survey, unnamed")]
        constraints = [
            models.CheckConstraint(
                name="survey_is_answered_with_both_numbers",
                condition=Q(answered_at=None, satisfaction=None, frequency="")
                | Q(
                    answered_at__isnull=False,
                    satisfaction__gte=1,
                    satisfaction__lte=5,
                )
                & ~Q(frequency=""),
            )
        ]

    def __str__(self) -> str:
        return f"Survey {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("matching:survey", args=[self.token])

    @property
    def token(self) -> str:
        """What the link in its mail carries: good for this survey only, and naming nobody."""
        return signing.dumps(self.pk, salt=SURVEY_SALT)

    @property
    def closes_at(self) -> datetime:
        return survey_closes_at(self.seat.application.round)

    @property
    def is_open(self) -> bool:
        return (
            timezone.now() < self.closes_at
            and self.seat.application.withdrawn_at is None
        )
