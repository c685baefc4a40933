"""Who meets whom: a proposal, its matches, and everybody's seat in one."""

from __future__ import annotations

from itertools import combinations
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Sum
from django.db.models.functions import Now, NullIf
from django.urls import reverse

from participants.models import Application
from rounds.models import Round

FAR_WORSE_OFF = Q(least__lt=50, gap__gte=50)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def published(self) -> Self:
        return self.exclude(published_at=None)

    def public(self) -> Self:
        """Those that public figures may count: what rounds began with."""
        return self.published().filter(round__is_rehearsal=False, is_repair=False)

    def drafts(self) -> Self:
        return self.filter(published_at=None)

    def repairs(self) -> Self:
        return self.filter(is_repair=True)


class Proposal(models.Model):
    """One complete answer for a round: a draft until it is published, and fixed ever after."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="proposals")
    seed = models.PositiveIntegerField(default=0)
    made_with = models.JSONField(
        help_text="The order of levels and all else that shaped it."
    )
    figures = models.JSONField(
        help_text="How good it is, as `manage.py match --json` prints it."
    )
    proof = models.JSONField(
        default=dict, help_text="The prices by which its pairs are proven best."
    )
    unmatched = models.ManyToManyField(Application, related_name="+")
    left_over = models.JSONField(
        default=dict, help_text="By application: why it found no partner."
    )
    planned = models.JSONField(
        default=dict,
        editable=False,
        help_text="What its round had planned before it was published, should that be stopped.",
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    is_repair = models.BooleanField(
        default=False,
        editable=False,
        help_text="New groups beside those of a published proposal, for people without a partner.",
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        permissions = [
            ("publish_proposal", "Can publish a proposal and send introductions")
        ]

    def __str__(self) -> str:
        return f"Proposal {self.pk}"

    @property
    def is_changeable(self) -> bool:
        """Whether steps may be taken on it: a draft, and no other of its round is published.

        New pairs for those who wait are found beside a published one.
        """
        is_published = self.round.published_at is not None
        return self.published_at is None and is_published == self.is_repair

    def get_admin_url(self) -> str:
        return reverse("admin:matching_proposal_change", args=[self.pk])


class MatchQuerySet(models.QuerySet["Match"]):
    def of_drafts(self) -> Self:
        return self.filter(proposal__published_at=None)

    def to_review(self) -> Self:
        return self.filter(reviewed_at=None)

    def none_met(self) -> Self:
        """Matches, with their wishes, in which somebody wished in vain."""
        return self.filter(least=0)

    def one_sided(self) -> Self:
        """Matches, with their wishes, in which one side is far worse off than another.

        Less than half of the wishes of somebody are met, and far more of a partner.
        """
        return self.filter(FAR_WORSE_OFF)

    def with_wishes(self) -> Self:
        """With its size, its wishes and how many are met.

        `least` is the share of wishes met, in per cent, of whoever fares worst; `gap` is how
        far that is below whoever fares best. Whoever has no wishes counts in neither.
        """
        share = F("seats__wishes_met") * 100 / NullIf(F("seats__wishes"), 0)
        return self.annotate(
            size=Count("seats"),
            wishes=Sum("seats__wishes"),
            met=Sum("seats__wishes_met"),
            least=Min(share),
            gap=Max(share) - Min(share),
        )

    def in_full(self) -> Self:
        """With its seats, and all that one reads about the people in them."""
        seats = models.Prefetch("seats", Seat.objects.in_full())
        return self.prefetch_related(seats).order_by("pk")


class Match(models.Model):
    """Two people, or three where the number is odd, inside a proposal."""

    proposal = models.ForeignKey(
        Proposal, on_delete=models.CASCADE, related_name="matches"
    )
    minutes_awake = models.PositiveSmallIntegerField(
        help_text="Minutes a day when all are awake, averaged over the round."
    )
    reviewed_at = models.DateTimeField(
        null=True, editable=False, help_text="When an organiser had looked at it."
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "matches"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="reviewer_has_reviewed",
                condition=Q(reviewed_by=None) | Q(reviewed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Match {self.pk}"

    @property
    def is_whole(self) -> bool:
        """Whether all are still there, so that what was found for all of them is true."""
        return all(seat.is_in_place for seat in self.seats.all())

    @property
    def pairs(self) -> list[tuple[Application, Application]]:
        """Every two of its people: one pair, or three in a group of three."""
        people = sorted(
            (seat.application for seat in self.seats.all()),
            key=lambda application: application.user_id,
        )
        return list(combinations(people, 2))


class SeatQuerySet(models.QuerySet["Seat"]):
    def active(self) -> Self:
        """Seats of people who have a partner now."""
        return self.exclude(published_at=None).filter(left_at=None)

    def in_place(self) -> Self:
        """Seats of people who are still there to be a partner."""
        return self.filter(left_at=None, application__withdrawn_at=None)

    def with_partner(self) -> Self:
        """Published seats of people who are there, and so is somebody with them."""
        return self.active().in_place().filter(Exists(_partners()))

    def without_partner(self) -> Self:
        """Published seats of people who are there, and all of whose partners have gone."""
        return self.active().in_place().exclude(Exists(_partners()))

    def in_full(self) -> Self:
        """With all that partners and organisers read about a person, in a fixed number of queries."""
        facts = ("round", "user", "workplace", "role", "career_stage")
        return self.select_related(
            *(f"application__{fact}" for fact in facts)
        ).prefetch_related(
            "application__interests", "application__languages", "application__channels"
        )


def _partners() -> SeatQuerySet:
    """Of a seat in an outer query: the others of its match who are still there."""
    others = Seat.objects.in_place().exclude(pk=OuterRef("pk"))
    return others.filter(match=OuterRef("match"))


class Seat(models.Model):
    """One person's place in a match, how their wishes fare in it, and how it goes on."""

    class CheckIn(models.TextChoices):
        IN_TOUCH = "in_touch", "in touch"
        NOT_YET = "not_yet", "not yet"
        SILENT = "silent", "silent"
        HELP = "help", "asks for help"

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="seats")
    proposal = models.ForeignKey(
        Proposal, on_delete=models.CASCADE, related_name="seats"
    )
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="seats"
    )
    position = models.PositiveSmallIntegerField()
    wishes = models.PositiveSmallIntegerField(default=0)
    wishes_met = models.PositiveSmallIntegerField(default=0)
    report = models.JSONField(
        default=list, help_text="Each wish: what was asked, met or not, and why not."
    )
    published_at = models.DateTimeField(null=True, editable=False)
    left_at = models.DateTimeField(null=True, editable=False)
    told_partner_left_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When they heard that a partner had withdrawn.",
    )
    is_second = models.BooleanField(
        default=False,
        editable=False,
        help_text="A volunteer's, beside the seat they have.",
    )
    check_in = models.CharField(
        choices=CheckIn, blank=True, max_length=10, help_text="What was heard last."
    )
    checked_in_at = models.DateTimeField(null=True, editable=False)
    silent_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="Since when this person does not answer: their partner’s bad luck.",
    )
    rather_change_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When they said that they would rather have another partner.",
    )
    note = models.TextField(
        blank=True, help_text="Why organisers noted this, or ended it, in their words."
    )

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                name="two_or_three_seats", fields=["match", "position"]
            ),
            models.CheckConstraint(
                name="seats_are_one_to_three",
                condition=Q(position__gte=1) & Q(position__lte=3),
            ),
            models.UniqueConstraint(
                name="one_seat_per_proposal", fields=["proposal", "application"]
            ),
            models.UniqueConstraint(
                name="one_active_seat_per_application",
                fields=["application", "is_second"],
                condition=Q(published_at__isnull=False, left_at=None),
                violation_error_message="This person has a partner in this round already.",
            ),
            models.CheckConstraint(
                name="check_in_has_its_moment",
                condition=Q(check_in="", checked_in_at=None)
                | ~Q(check_in="") & Q(checked_in_at__isnull=False),
            ),
            models.CheckConstraint(
                name="wishes_met_at_most_all", condition=Q(wishes_met__lte=F("wishes"))
            ),
            models.CheckConstraint(
                name="silent_seats_say_so",
                condition=Q(silent_at=None) | Q(check_in="silent"),
            ),
        ]

    def __str__(self) -> str:
        return f"Seat {self.pk}"

    @property
    def partners(self) -> list[Seat]:
        """The others of this match; without queries where the match's seats are prefetched."""
        return [seat for seat in self.match.seats.all() if seat != self]

    @property
    def partners_in_place(self) -> list[Seat]:
        return [partner for partner in self.partners if partner.is_in_place]

    @property
    def is_in_place(self) -> bool:
        """Whether this person is still there to be a partner."""
        return self.left_at is None and self.application.withdrawn_at is None
