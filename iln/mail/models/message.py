"""The outbox: one row for every mail to one person."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any, Self

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Case, F, Q, When
from django.db.models.functions import Now
from django.utils import timezone

# Longer than the slowest conversation with a mail server (EMAIL_TIMEOUT per answer).
LEASE = timedelta(minutes=5)
# Between attempts; after the last, some two days on, we give up.
PAUSES = [timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480, 960, 960)]
WORDS = ("subject", "text", "html")


def _message_id() -> str:
    return make_msgid(domain=settings.SITE_HOST)


def _urgency() -> Case:
    own_act = When(stream=Message.Stream.ACCOUNT, then=0)
    return Case(own_act, default=1, output_field=models.SmallIntegerField())


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> Self:
        """Neither sent nor given up."""
        return self.filter(sent_at=None, failed_at=None, cancelled_at=None)

    def failed(self) -> Self:
        """Given up; an organiser may send them again."""
        return self.exclude(failed_at=None)

    def in_doubt(self) -> Self:
        """Held since nobody knows whether they left; an organiser decides."""
        return self.waiting().exclude(doubtful_at=None)

    def to_decide(self) -> Self:
        """Those that only an organiser sets going again."""
        return self.failed() | self.in_doubt()

    def at_rest(self) -> Self:
        """Waiting, and nobody is sending them just now."""
        free = Q(lease_until=None) | Q(lease_until__lt=timezone.now())
        return self.waiting().filter(free)

    def due(self) -> Self:
        """To be sent now: at rest, and their time has come."""
        return self.at_rest().filter(held_at=None, due_at__lte=timezone.now())

    @transaction.atomic
    def claim(self, limit: int) -> list[Message]:
        """Lease up to `limit` due messages to the caller; nobody else gets them meanwhile.

        Answers to somebody's own act go first: they sit before the screen.
        """
        if limit < 1:
            return []
        skip = connection.features.has_select_for_update_skip_locked
        in_order = self.due().order_by(_urgency(), "due_at", "pk")
        rows = in_order.select_for_update(skip_locked=skip)
        ids = list(rows.values_list("pk", flat=True)[:limit])
        claim = uuid.uuid4()
        self.filter(pk__in=ids).update(
            claimed_by=claim, lease_until=timezone.now() + LEASE
        )
        return list(self.filter(claimed_by=claim).order_by(_urgency(), "due_at", "pk"))

    def release(self, claim: uuid.UUID | None) -> None:
        """Give back what was claimed and not yet begun."""
        mine = self.waiting().filter(claimed_by=claim)
        mine.update(claimed_by=None, lease_until=None)

    def cancel(self, reason: str) -> int:
        """Stop what nobody is sending yet; how many were stopped."""
        return self.at_rest().update(
            claimed_by=None,
            lease_until=None,
            cancelled_at=timezone.now(),
            last_answer=reason,
        )

    def hold(self) -> int:
        """Keep back what nobody is sending yet, until it is resumed; how many were held."""
        idle = Q(sending_at=None) | Q(lease_until__lt=timezone.now())
        return (
            self.waiting()
            .filter(idle, held_at=None)
            .update(claimed_by=None, lease_until=None, held_at=timezone.now())
        )

    def resume(self) -> int:
        """Let go what was held, later by as long as it was held; how many were let go.

        So a mail that shall follow another by a day still does. What is in doubt stays.
        """
        now, resumed = timezone.now(), 0
        held = self.waiting().filter(doubtful_at=None).exclude(held_at=None)
        for held_at in set(held.values_list("held_at", flat=True)):
            resumed += held.filter(held_at=held_at).update(
                held_at=None, due_at=F("due_at") + (now - held_at)
            )
        return resumed

    def send_again(self) -> int:
        """Give what failed or is in doubt a fresh start, under its old Message-ID; how many."""
        return self.to_decide().update(
            failed_at=None,
            doubtful_at=None,
            held_at=None,
            sending_at=None,
            attempts=0,
            due_at=timezone.now(),
        )


class Message(models.Model):
    """One mail to one person. The row is the truth; a task only comes to look for it."""

    class Stream(models.TextChoices):
        ACCOUNT = "account", "about your own acts"
        ROUND = "round", "about your round"
        TOPICS = "topics", "monthly topics"
        COMMENTS = "comments", "comments"
        ALERTS = "alerts", "for organisers"

    key = models.CharField(max_length=200, unique=True, editable=False)
    kind = models.CharField(max_length=50, editable=False)
    stream = models.CharField(choices=Stream, max_length=10, editable=False)
    cause_id = models.PositiveBigIntegerField(
        null=True,
        editable=False,
        help_text="The row that this mail is about, if there is one.",
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="messages",
    )
    address = models.EmailField(max_length=254, editable=False)
    subject = models.CharField(max_length=300, editable=False)
    text = models.TextField(editable=False)
    html = models.TextField(editable=False)
    message_id = models.CharField(
        max_length=200, unique=True, default=_message_id, editable=False
    )

    queued_at = models.DateTimeField(db_default=Now(), editable=False)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_by = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    sending_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    last_answer = models.TextField(blank=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    failed_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    held_at = models.DateTimeField(null=True, editable=False)
    doubtful_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="Since when nobody knows whether it left; it is held until somebody decides.",
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "-pk"]
        indexes = [
            models.Index(
                name="message_due",
                fields=["due_at"],
                condition=Q(
                    sent_at=None, failed_at=None, cancelled_at=None, held_at=None
                ),
            ),
            models.Index(name="message_by_cause", fields=["kind", "cause_id"]),
            models.Index(name="message_by_sending", fields=["sending_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_ends_one_way",
                condition=Q(sent_at=None, failed_at=None)
                | Q(sent_at=None, cancelled_at=None)
                | Q(failed_at=None, cancelled_at=None),
                violation_error_message="A message is sent, or failed, or cancelled.",
            ),
            models.CheckConstraint(
                name="message_sent_after_sending",
                condition=Q(sent_at=None) | Q(sending_at__lte=F("sent_at")),
            ),
            models.CheckConstraint(
                name="message_in_doubt_is_held",
                condition=Q(doubtful_at=None) | Q(held_at__isnull=False),
                violation_error_message="What is in doubt is held.",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def state(self) -> str:
        """Where it stands, in a word or two."""
        being_sent = self.lease_until and self.lease_until > timezone.now()
        words = {
            "sent": self.sent_at,
            "failed": self.failed_at,
            "cancelled": self.cancelled_at,
            "in doubt": self.doubtful_at,
            "held": self.held_at,
            "being sent": being_sent,
            "to be tried again": self.attempts,
        }
        return next((word for word, true in words.items() if true), "waiting")

    def begin_sending(self, *, secret: bool = False) -> bool:
        """Note that an attempt begins, and with which words; False when it is not ours any more."""
        now = timezone.now()
        kept = ("recipient", "address", *(["subject"] if secret else WORDS))
        as_it_leaves = {name: getattr(self, name) for name in kept}
        begun = self._mine().update(
            sending_at=now,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
            **as_it_leaves,
        )
        self.attempts += begun
        return bool(begun)

    def mark_sent(self) -> None:
        """It left, whoever holds it by now: nobody else need send it again."""
        Message.objects.waiting().filter(pk=self.pk).update(
            sent_at=timezone.now(),
            claimed_by=None,
            lease_until=None,
            held_at=None,
            doubtful_at=None,
            last_answer="",
        )

    def postpone(self, answer: str) -> None:
        """Try again, each time a little later; after two days, give up."""
        if self.attempts > len(PAUSES):
            self.fail(answer)
        else:
            pause = PAUSES[self.attempts - 1]
            self._let_go(due_at=timezone.now() + pause, last_answer=answer)

    def step_back(self) -> None:
        """The server was at fault: wait as if nobody had tried, behind all others."""
        self._let_go(attempts=F("attempts") - 1, due_at=timezone.now())

    def put_off(self, until: datetime) -> None:
        """Enough have left just now."""
        self._let_go(due_at=until)

    def doubt(self, answer: str) -> None:
        """It may have left, and shall not leave twice: an organiser decides."""
        now = timezone.now()
        self._mine().update(
            claimed_by=None,
            lease_until=None,
            held_at=now,
            doubtful_at=now,
            last_answer=answer,
        )

    def fail(self, answer: str) -> None:
        """Give up; organisers see why."""
        self._let_go(failed_at=timezone.now(), last_answer=answer)

    def cancel(self, reason: str) -> None:
        """It is no longer wanted."""
        self._let_go(cancelled_at=timezone.now(), last_answer=reason)

    def _mine(self) -> MessageQuerySet:
        """This row, as long as nobody else has claimed, held or ended it."""
        return Message.objects.waiting().filter(
            pk=self.pk, claimed_by=self.claimed_by, held_at=None
        )

    def _let_go(self, **changes: Any) -> None:
        self._mine().update(
            claimed_by=None, lease_until=None, sending_at=None, **changes
        )
