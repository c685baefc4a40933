"""One person's request to be matched in one round, and their wishes."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django_countries.fields import Country, CountryField

from participants.models.vocabulary import Interest
from participants.places import validate_time_zone
from rounds.models import Round

TOKEN_SALT = "participants.application"  # noqa: S105 - names a purpose, is no secret
STILL_IN_SALT = "participants.still-in"


NOT_ASKED = Q(asked_still_in_at=None)
SAID_YES = Q(still_in_at__isnull=False)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def active(self) -> Self:
        return self.filter(withdrawn_at=None, sat_out_at=None)

    def confirmed(self) -> Self:
        """Who is in: they confirmed their address and, where asked “Still in?”, said yes.

        Whoever confirmed after the question went out is not asked: they have just said so.
        """
        return self._known().filter(NOT_ASKED | SAID_YES)

    def expected(self) -> Self:
        """Who is in so far: whoever has still to answer counts until the deadline."""
        in_time = Q(round__confirm_by__gt=timezone.now())
        return self._known().filter(NOT_ASKED | SAID_YES | in_time)

    def unanswered(self) -> Self:
        """Who was asked “Still in?” and has not said."""
        return self._known().exclude(NOT_ASKED | SAID_YES)

    def sat_out(self) -> Self:
        return self.filter(withdrawn_at=None).exclude(sat_out_at=None)

    def _known(self) -> Self:
        return self.active().exclude(confirmed_at=None)

    def unconfirmed(self) -> Self:
        return self.active().filter(confirmed_at=None)

    def to_remind(self) -> Self:
        """Who has something to answer, and was not asked within a day."""
        asked = Q(asked_still_in_at__lte=timezone.now() - timedelta(days=1))
        return self.active().filter(Q(confirmed_at=None) | Q(still_in_at=None) & asked)

    def current(self) -> Self:
        """Of rounds that have not ended, the newest first."""
        ahead = self.filter(round__ends_at__gt=timezone.now())
        return ahead.select_related("round").order_by("-round__opens_at")

    def in_full(self) -> Self:
        """With all that its page shows."""
        return self.select_related(
            "round", "user", "workplace", "role", "career_stage"
        ).prefetch_related("interests", "languages", "channels", "wishes")

    def with_words(self) -> Self:
        """Active applications that say something about wishes in free words."""
        return self.active().exclude(wishes_text="")

    def for_matching(self) -> Self:
        """Who is to be matched, with all that the engine asks for, in a fixed order."""
        return self.confirmed().for_the_engine().select_related("user")

    def for_the_engine(self) -> Self:
        """With all that it is told of people, in a fixed order."""
        return (
            self.select_related("workplace", "role", "career_stage")
            .prefetch_related("interests", "languages", "wishes")
            .order_by("pk")
        )

    def from_token(self, token: str) -> Application:
        """The application that a signed link names; BadSignature or DoesNotExist otherwise."""
        return self.get(pk=signing.loads(token, salt=TOKEN_SALT))

    def from_still_in_token(self, token: str) -> Application:
        """The same for a link that opens one question only, and none of their answers."""
        return self.get(pk=signing.loads(token, salt=STILL_IN_SALT))


class Application(models.Model):
    """A person's request to be matched in one round: facts and wishes, frozen per round."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", "not confirmed"
        UNANSWERED = "unanswered", "asked whether still in"
        CONFIRMED = "confirmed", "confirmed"
        SAT_OUT = "sat_out", "not this time"
        WITHDRAWN = "withdrawn", "withdrawn"

    class WithdrawalReason(models.TextChoices):
        NO_TIME = "no-time", "I have no time now"
        CHANGED = "changed", "My work or my life has changed"
        NOT_EXPECTED = "not-expected", "It is not what I expected"
        PARTNER = "partner", "It did not work out with my partner"
        OTHER = "other", "Something else"

    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, related_name="applications"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="applications"
    )
    name = models.CharField(max_length=100)
    country: models.Field[Country | str, Country] = CountryField()
    time_zone = models.CharField(max_length=50, validators=[validate_time_zone])
    workplace = models.ForeignKey(
        "Workplace", on_delete=models.PROTECT, related_name="+"
    )
    role = models.ForeignKey("Role", on_delete=models.PROTECT, related_name="+")
    career_stage = models.ForeignKey(
        "CareerStage", on_delete=models.PROTECT, related_name="+"
    )
    interests = models.ManyToManyField(Interest, related_name="+")
    about = models.TextField(max_length=2000)
    wishes_text = models.TextField(blank=True, max_length=2000)
    accepts_three = models.BooleanField(default=True)
    volunteers = models.BooleanField(
        "would take a second partner",
        default=False,
        help_text="Should somebody else lose theirs.",
    )
    agreed_conduct_at = models.DateTimeField(editable=False)
    agreed_data_at = models.DateTimeField(editable=False)

    submitted_at = models.DateTimeField(db_default=Now(), editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawal_reason = models.CharField(
        choices=WithdrawalReason, max_length=20, blank=True, editable=False
    )
    withdrawal_words = models.TextField(max_length=1000, blank=True, editable=False)
    introduced_at = models.DateTimeField(null=True, editable=False)
    asked_still_in_at = models.DateTimeField(null=True, editable=False)
    still_in_reminded_at = models.DateTimeField(null=True, editable=False)
    still_in_at = models.DateTimeField(null=True, editable=False)
    sat_out_at = models.DateTimeField(null=True, editable=False)
    next_round_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When they asked to take part next time instead; they come first then.",
    )
    next_round_told_at = models.DateTimeField(null=True, editable=False)
    told_no_answer_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When they heard that without an answer they are not in the round.",
    )
    told_to_wait_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When they heard that their country has its share of the round.",
    )
    told_of_place_at = models.DateTimeField(null=True, editable=False)
    reopened_until = models.DateTimeField(
        null=True,
        editable=False,
        help_text="Until then they may change their answers, although sign-up is over.",
    )
    wishes_read_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When an organiser was done with their free words.",
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_application_per_round",
                fields=["round", "user"],
                violation_error_message="This person has applied to this round already.",
            ),
            models.CheckConstraint(
                name="withdrawn_after_submitted",
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("submitted_at")),
                violation_error_message="Nobody withdraws before they apply.",
            ),
            models.CheckConstraint(
                name="introduced_only_when_confirmed",
                condition=Q(introduced_at=None) | Q(confirmed_at__isnull=False),
                violation_error_message="Only confirmed people are introduced.",
            ),
            models.CheckConstraint(
                name="still_in_is_answered_one_way",
                condition=Q(still_in_at=None) | Q(sat_out_at=None),
                violation_error_message="Nobody is in, and not this time.",
            ),
            models.CheckConstraint(
                name="still_in_is_answered_when_asked",
                condition=Q(still_in_at=None, sat_out_at=None)
                | Q(asked_still_in_at__isnull=False),
                violation_error_message="Nobody answers before they are asked.",
            ),
            models.CheckConstraint(
                name="next_round_is_instead_of_this_one",
                condition=Q(next_round_at=None) | Q(sat_out_at__isnull=False),
                violation_error_message="The next round is instead of this one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.country.name}"

    def get_absolute_url(self) -> str:
        return reverse("participants:application", args=[self.token])

    @property
    def state(self) -> State:
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        if self.sat_out_at:
            return self.State.SAT_OUT
        if not self.confirmed_at:
            return self.State.UNCONFIRMED
        is_open = self.asked_still_in_at and not self.still_in_at
        return self.State.UNANSWERED if is_open else self.State.CONFIRMED

    @property
    def is_confirmable(self) -> bool:
        """Whether the person may still say that it was they who applied."""
        in_time = timezone.now() <= self.round.confirm_by
        return in_time and self.state == self.State.UNCONFIRMED

    @property
    def may_say_still_in(self) -> bool:
        """Whether they were asked “Still in?”, and may answer, or answer otherwise."""
        asked = self.asked_still_in_at and not self.withdrawn_at
        return bool(asked and self.round.takes_answers)

    @property
    def may_pause(self) -> bool:
        """Whether they may let this round pass before anybody asks them."""
        not_asked = self.confirmed_at and not self.asked_still_in_at
        return bool(not_asked and not self.withdrawn_at and self.round.takes_answers)

    @property
    def may_keep_a_place(self) -> bool:
        """Whether they never answered, and may still ask for the next round instead."""
        silent = self.state == self.State.UNANSWERED and not self.round.takes_answers
        return silent and timezone.now() < self.round.ends_at

    @property
    def is_correctable(self) -> bool:
        is_over = self.withdrawn_at or self.round.published_at
        return not is_over and (self.round.is_open or self.is_reopened)

    @property
    def is_reopened(self) -> bool:
        return bool(self.reopened_until and timezone.now() < self.reopened_until)

    @property
    def token(self) -> str:
        """What a link in this person's mail carries: signed, and naming nobody."""
        return signing.dumps(self.pk, salt=TOKEN_SALT)

    @property
    def still_in_token(self) -> str:
        return signing.dumps(self.pk, salt=STILL_IN_SALT)

    def get_still_in_url(self) -> str:
        return reverse("participants:still_in", args=[self.still_in_token])
