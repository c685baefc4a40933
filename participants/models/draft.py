"""Answers that somebody has begun, and not sent yet."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Self

from django.core import signing
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from participants.models.application import Application
from rounds.models import Round

TOKEN_SALT = "participants.draft"  # noqa: S105 - names a purpose, is no secret
KEPT_AFTER_SIGN_UP = timedelta(days=7)
KEPT_AFTER_SENDING = timedelta(days=1)  # empty: only to know a second press
KEPT_FOR_NEXT_ROUND = timedelta(days=400)


def new_key() -> str:
    """What only one browser knows, in its cookie."""
    return secrets.token_urlsafe(32)


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class DraftQuerySet(models.QuerySet["Draft"]):
    def with_key(self, key: str) -> Draft | None:
        """Of the browser that knows this key."""
        return self.filter(key_hash=hash_of(key)).select_related("round").first()

    def from_token(self, token: str) -> Draft:
        """The draft that a signed link names; BadSignature or DoesNotExist otherwise."""
        pk = signing.loads(token, salt=TOKEN_SALT)
        return self.select_related("round").get(pk=pk)

    def waiting(self) -> Self:
        """Kept for the next round."""
        return self.filter(sent_at=None).exclude(kept_at=None)

    def outlived(self) -> Self:
        """Nobody needs them any more."""
        now = timezone.now()
        over = models.Q(kept_at=None, round__closes_at__lt=now - KEPT_AFTER_SIGN_UP)
        return self.filter(
            models.Q(sent_at__lt=now - KEPT_AFTER_SENDING)
            | models.Q(kept_at__lt=now - KEPT_FOR_NEXT_ROUND)
            | over
        )


class Draft(models.Model):
    """One browser's unfinished application, as typed; emptied as soon as it is sent.

    The browser holds a random key, of which we know the hash. The signed link in a mail
    hands the draft over to another browser, under a new key.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="drafts")
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    email = models.EmailField("mail address", max_length=254, blank=True)
    answers = models.JSONField(default=dict)
    step = models.SlugField("where they were", max_length=20)
    based_on = models.ForeignKey(
        Application,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text="Whose answers it began with: those of an earlier round.",
    )
    begun_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    wishes_seen_at = models.DateTimeField(null=True, editable=False)
    kept_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When sign-up closed over it: it waits for the next round.",
    )
    sent_at = models.DateTimeField(null=True, editable=False)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sent_drafts_are_empty",
                condition=models.Q(sent_at=None) | models.Q(answers={}, email=""),
                violation_error_message="Nothing stays of what was sent.",
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("participants:resume", args=[self.token])

    @property
    def token(self) -> str:
        """What the link in a mail carries: signed, and naming nobody."""
        return signing.dumps(self.pk, salt=TOKEN_SALT)

    @property
    def is_resumable(self) -> bool:
        return self.sent_at is None and bool(self.kept_at or self.round.is_open)

    def move_to(self, round_: Round) -> None:
        """Go on with it in another round, after another look at the wishes."""
        self.round, self.kept_at, self.wishes_seen_at = round_, None, None

    def empty(self) -> None:
        """Nothing stays but that it was sent."""
        self.answers, self.email, self.based_on = {}, "", None
        self.sent_at = timezone.now()
