"""What an application tells besides: languages, ways to be reached, wishes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from participants.places import languages


class SpokenLanguage(models.Model):
    """A language somebody speaks, and how well."""

    class Comfort(models.IntegerChoices):
        SOME = 1, "a little"
        AT_EASE = 2, "at ease"
        FLUENT = 3, "fluent"

    application = models.ForeignKey(
        "Application", on_delete=models.CASCADE, related_name="languages"
    )
    code = models.CharField("language", max_length=12)
    comfort = models.PositiveSmallIntegerField(choices=Comfort)

    class Meta:
        ordering = ["-comfort", "code"]
        constraints = [
            models.UniqueConstraint(
                name="one_comfort_per_language", fields=["application", "code"]
            ),
            models.CheckConstraint(
                name="comfort_is_known", condition=Q(comfort__gte=1) & Q(comfort__lte=3)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_comfort_display()}"

    @property
    def name(self) -> str:
        return languages().get(self.code, self.code)


class Channel(models.Model):
    """A way to reach somebody besides mail, and who may see it."""

    class Kind(models.TextChoices):
        PHONE = "phone", "phone"
        WHATSAPP = "whatsapp", "WhatsApp"
        SIGNAL = "signal", "Signal"
        TELEGRAM = "telegram", "Telegram"
        VIDEO = "video", "video call"
        OTHER = "other", "another way"

    class VisibleTo(models.TextChoices):
        PARTNER = "partner", "my partner"
        ORGANISERS = "organisers", "organisers only"

    application = models.ForeignKey(
        "Application", on_delete=models.CASCADE, related_name="channels"
    )
    kind = models.CharField(choices=Kind, max_length=10)
    handle = models.CharField("number, name or link", max_length=200)
    visible_to = models.CharField(
        choices=VisibleTo, default=VisibleTo.PARTNER, max_length=10
    )

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(
                name="one_channel_per_kind", fields=["application", "kind"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"


class Wish(models.Model):
    """One aspect of the hoped-for partner: what would do, and how much it matters.

    Accepted values by aspect: ISO country codes and "region:<slug>" for country;
    slugs for workplace, role, career stage and interests; language codes; a number
    of hours a day for hours.
    """

    class Aspect(models.TextChoices):
        COUNTRY = "country", "country or region"
        WORKPLACE = "workplace", "kind of workplace"
        ROLE = "role", "role"
        CAREER_STAGE = "career_stage", "career stage"
        INTERESTS = "interests", "shared interests"
        LANGUAGE = "language", "language"
        HOURS = "hours", "hours awake together"

    class Strength(models.TextChoices):
        NICE = "nice", "nice"
        IMPORTANT = "important", "important"
        MUST = "must", "must"

    application = models.ForeignKey(
        "Application", on_delete=models.CASCADE, related_name="wishes"
    )
    aspect = models.CharField(choices=Aspect, max_length=20)
    same_as_mine = models.BooleanField(default=False)
    values = models.JSONField(default=list, blank=True)
    strength = models.CharField(choices=Strength, default=Strength.NICE, max_length=10)

    class Meta:
        verbose_name_plural = "wishes"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_wish_per_aspect", fields=["application", "aspect"]
            ),
            models.CheckConstraint(
                name="wish_accepts_something",
                condition=(Q(same_as_mine=True) & Q(values=[]))
                | (Q(same_as_mine=False) & ~Q(values=[])),
                violation_error_message=(
                    "A wish is either “same as mine” or names what would do, not both."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_aspect_display()}, {self.strength}"
