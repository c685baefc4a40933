"""When things happen."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Self
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from iln.zones import zone_choices
from rounds.levels import default_levels, validate_levels

FIRST_CHECK_IN, LAST_CHECK_IN = 7, 14  # days after the introduction, and before the end
MOST_CHECK_INS, LONGEST = 12, 1000


def months_after(moment: datetime, months: int) -> datetime:
    """The same day so many months later, or the last one of a month that is too short."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    day = min(moment.day, monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)


def validate_days(value: str) -> None:
    """Whole numbers of days, each later than the one before."""
    try:
        days = [int(day) for day in value.split(",")]
    except ValueError:
        days = [0]
    if days[0] < 1 or any(one >= other for one, other in pairwise(days)):
        raise ValidationError("Write days like 7, 60, 110: each later than the last.")
    if len(days) > MOST_CHECK_INS or days[-1] > LONGEST:
        raise ValidationError(
            f"At most {MOST_CHECK_INS} times, and within {LONGEST} days."
        )


class RoundQuerySet(models.QuerySet["Round"]):
    def public(self) -> Self:
        """All that anybody may hear of: no rehearsal."""
        return self.filter(is_rehearsal=False)

    def in_sign_up(self) -> Self:
        """Rounds, and rehearsals, whose sign-up is open."""
        now = timezone.now()
        return self.filter(opens_at__lte=now, closes_at__gt=now, published_at=None)

    def open(self) -> Self:
        """Rounds that one can apply to now."""
        return self.public().in_sign_up()

    def before_the_deadline(self) -> Self:
        """Whose people may still say whether they are in; a rehearsal's cannot."""
        ahead = self.public().filter(confirm_by__gt=timezone.now())
        return ahead.filter(published_at=None)

    def past_the_deadline(self) -> Self:
        """Where it is known who is in, until they end."""
        now = timezone.now()
        return self.public().filter(confirm_by__lte=now, ends_at__gt=now)

    def after_the_deadline(self) -> Self:
        """Where it is known who is in, and nobody has been matched yet."""
        return self.past_the_deadline().filter(published_at=None)

    def upcoming(self) -> Self:
        return self.public().filter(opens_at__gt=timezone.now())

    def named(self, name: str) -> Round | None:
        """The round with this slug or name, as somebody types it on a command line."""
        return self.filter(Q(slug=name) | Q(name__iexact=name)).first()

    def current(self) -> Round | None:
        """The round a visitor cares about: open, else next to open, else the newest that runs."""
        return (
            self.open().order_by("closes_at").first()
            or self.upcoming().order_by("opens_at").first()
            or self.public()
            .filter(ends_at__gt=timezone.now())
            .order_by("-opens_at")
            .first()
        )


class Round(models.Model):
    """One run of the programme. Its phase follows from its dates and from publication."""

    class Phase(models.TextChoices):
        PLANNED = "planned", "planned"
        OPEN = "open", "open for applications"
        CLOSED = "closed", "sign-up closed"
        MATCHING = "matching", "matching day"
        INTRODUCED = "introduced", "introductions are going out"
        RUNNING = "running", "running"
        ENDED = "ended", "ended"

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=100, unique=True)
    description = models.TextField(
        blank=True, help_text="A few sentences for the round's page."
    )
    opens_at = models.DateTimeField("sign-up opens")
    closes_at = models.DateTimeField("sign-up closes")
    confirm_by = models.DateTimeField(
        "confirmation deadline",
        help_text="Whoever has not confirmed by then is not matched.",
    )
    still_in_days = models.PositiveSmallIntegerField(
        "ask “Still in?” so many days before",
        null=True,
        blank=True,
        default=5,
        validators=[MinValueValidator(2), MaxValueValidator(60)],
        help_text=(
            "Before the confirmation deadline. Whoever is asked and has not said yes by the "
            "deadline is not matched. Empty: nobody is asked."
        ),
    )
    matching_at = models.DateTimeField("matching day")
    introduces_at = models.DateTimeField("introductions go out from")
    introduction_days = models.PositiveSmallIntegerField(
        "days to spread introductions over",
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(14)],
        help_text="1 sends them all on the first day.",
    )
    time_zone = models.CharField(
        max_length=50,
        choices=zone_choices,
        default="UTC",
        help_text="Introductions leave at the same time of each day in this zone.",
    )
    check_in_days = models.CharField(
        "ask “Are you in touch?” so many days later",
        max_length=60,
        blank=True,
        validators=[validate_days],
        help_text=(
            "Days after an introduction, such as 7, 60, 110. Empty: after a week, in the "
            "middle, and two weeks before the round ends."
        ),
    )
    ends_at = models.DateTimeField("the round ends")
    levels = models.JSONField(
        "order of what matters",
        default=default_levels,
        validators=[validate_levels],
        help_text="Levels 2 to 6 of the matching, the most important first.",
    )
    country_cap = models.PositiveSmallIntegerField(
        "at most so many per cent from one country",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text=(
            "Whoever applied after their country had so many waits for the next round, and is "
            "told so at once. Empty: as many as apply."
        ),
    )
    keep_for_months = models.PositiveSmallIntegerField(
        "keep what people told us for so many months",
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text="After the round’s end. Then their applications and mails are erased.",
    )
    published_at = models.DateTimeField(null=True, editable=False)
    is_rehearsal = models.BooleanField(
        default=False,
        editable=False,
        help_text="With invented people: nobody outside sees it, no mail leaves.",
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at"]
        constraints = [
            models.CheckConstraint(
                name="round_dates_in_order",
                condition=Q(opens_at__lt=F("closes_at"))
                & Q(closes_at__lte=F("confirm_by"))
                & Q(confirm_by__lte=F("matching_at"))
                & Q(matching_at__lte=F("introduces_at"))
                & Q(introduces_at__lt=F("ends_at")),
                violation_error_message=(
                    "The dates must follow one another: opening, closing, confirmation "
                    "deadline, matching day, introductions, end."
                ),
            ),
            models.CheckConstraint(
                name="country_cap_is_a_share",
                condition=Q(country_cap=None)
                | Q(country_cap__gte=1) & Q(country_cap__lte=99),
            ),
            models.CheckConstraint(
                name="still_in_is_asked_days_before",
                condition=Q(still_in_days=None)
                | Q(still_in_days__gte=2) & Q(still_in_days__lte=60),
            ),
            models.CheckConstraint(
                name="introductions_take_a_day_to_a_fortnight",
                condition=Q(introduction_days__gte=1) & Q(introduction_days__lte=14),
            ),
            models.CheckConstraint(
                name="kept_for_a_month_to_ten_years",
                condition=Q(keep_for_months__gte=1) & Q(keep_for_months__lte=120),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("rounds:detail", args=[self.slug])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def ask_still_in_at(self) -> datetime | None:
        """When those who are in are asked whether they still are; None where nobody is."""
        if self.still_in_days is None:
            return None
        return self.confirm_by - timedelta(days=self.still_in_days)

    @property
    def takes_answers(self) -> bool:
        """Whether people may still say whether they are in."""
        return timezone.now() <= self.confirm_by and not self.published_at

    @property
    def forget_at(self) -> datetime:
        """When what people told us in it is erased."""
        return months_after(self.ends_at, self.keep_for_months)

    @property
    def introduced_by(self) -> datetime:
        """When the last introduction has gone out."""
        return self.introduces_at + timedelta(days=self.introduction_days)

    @property
    def check_ins_after(self) -> list[int]:
        """How many days after an introduction people are asked whether they are in touch."""
        if self.check_in_days:
            return [int(day) for day in self.check_in_days.split(",")]
        days = (self.ends_at - self.introduces_at).days
        return sorted(
            {
                FIRST_CHECK_IN,
                *(d for d in (days // 2, days - LAST_CHECK_IN) if d > FIRST_CHECK_IN),
            }
        )

    @property
    def phase(self) -> Phase:
        now = timezone.now()
        if now < self.opens_at:
            return self.Phase.PLANNED
        if now >= self.ends_at:
            return self.Phase.ENDED
        if self.published_at:
            early = now < self.introduced_by
            return self.Phase.INTRODUCED if early else self.Phase.RUNNING
        if now < self.closes_at:
            return self.Phase.OPEN
        return self.Phase.CLOSED if now < self.matching_at else self.Phase.MATCHING

    @property
    def is_open(self) -> bool:
        return self.phase == self.Phase.OPEN

    def bring_forward(self, moment: datetime) -> None:
        """Plan nothing up to the introductions for later than this moment."""
        self.confirm_by = min(self.confirm_by, moment)
        self.matching_at = min(self.matching_at, moment)
        self.introduces_at = min(self.introduces_at, moment)
