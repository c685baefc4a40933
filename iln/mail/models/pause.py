"""When the whole outbox waits, since the mail server takes nothing from us."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.lookups import IsNull
from django.utils import timezone

# Between two tries, each with one mail; the last one repeats.
TRIES = [timedelta(seconds=s) for s in (30, 60, 120, 300, 600)]
# A server that is away for so long will hardly come back by itself.
LONG = timedelta(minutes=10)


class PauseQuerySet(models.QuerySet["Pause"]):
    def now(self) -> Self:
        """The one that holds, if there is one."""
        return self.filter(ended_at=None)

    def worrying(self) -> Self:
        """Those that end only when somebody acts, and those that last."""
        lasting = Q(began_at__lt=timezone.now() - LONG)
        return self.now().filter(lasting | ~Q(why=Pause.Why.AWAY))


class Pause(models.Model):
    """The mail server refuses us, not a mail: nothing is tried but one mail now and then.

    It ends by itself when the server takes that mail, so nobody has to remember to end it.
    """

    class Why(models.TextChoices):
        AWAY = "away", "No mail server answers, or it asks us to come back later"
        LOG_IN = "log-in", "The mail server does not accept our log-in"
        SENDER = "sender", "The mail server does not accept our sender address"
        ENCRYPTION = "encryption", "There is no safe connection to the mail server"

    why = models.CharField(choices=Why, max_length=10, editable=False)
    last_answer = models.TextField(blank=True, editable=False)
    began_at = models.DateTimeField(db_default=Now(), editable=False)
    try_at = models.DateTimeField(editable=False)
    tries = models.PositiveIntegerField(default=0, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = PauseQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at", "-pk"]
        verbose_name = "pause of all mails"
        verbose_name_plural = "pauses of all mails"
        constraints = [
            models.UniqueConstraint(
                IsNull(F("ended_at"), True),
                name="one_pause_at_a_time",
                condition=Q(ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_why_display())
