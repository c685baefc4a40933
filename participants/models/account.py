"""What becomes of somebody's mail address over time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

CONFIRM_WITHIN = timedelta(days=2)
STOP_WITHIN = timedelta(days=7)
CONFIRM_SALT = "participants.address.confirm"
STOP_SALT = "participants.address.stop"


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    def pending(self) -> Self:
        """Neither made nor stopped, and still to be confirmed."""
        since = timezone.now() - CONFIRM_WITHIN
        return self.filter(changed_at=None, stopped_at=None, asked_at__gt=since)

    def stopped_lately(self) -> Self:
        return self.filter(stopped_at__gt=timezone.now() - STOP_WITHIN)

    def to_confirm(self, token: str) -> AddressChange:
        """What the link to the new address names; BadSignature or DoesNotExist otherwise."""
        return self.get(pk=signing.loads(token, salt=CONFIRM_SALT))

    def to_stop(self, token: str) -> AddressChange:
        """What the link to the old address names; BadSignature or DoesNotExist otherwise."""
        return self.get(pk=signing.loads(token, salt=STOP_SALT))


class AddressChange(models.Model):
    """Somebody's wish for another mail address: both ends hear of it, the new one confirms."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="address_changes",
    )
    old = models.EmailField("old mail address", max_length=254)
    new = models.EmailField("new mail address", max_length=254)
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)
    stopped_at = models.DateTimeField(null=True, editable=False)

    objects = AddressChangeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"address change {self.pk}"

    @property
    def is_pending(self) -> bool:
        in_time = timezone.now() < self.asked_at + CONFIRM_WITHIN
        return in_time and not self.changed_at and not self.stopped_at

    @property
    def is_stoppable(self) -> bool:
        """For some days also after it was made: somebody may have come in by theft."""
        since = self.changed_at or self.asked_at
        return not self.stopped_at and timezone.now() < since + STOP_WITHIN

    @property
    def confirm_token(self) -> str:
        return signing.dumps(self.pk, salt=CONFIRM_SALT)

    @property
    def stop_token(self) -> str:
        return signing.dumps(self.pk, salt=STOP_SALT)


class FormerAddressQuerySet(models.QuerySet["FormerAddress"]):
    def of(self, present: Collection[str]) -> dict[str, set[str]]:
        """By the fingerprint of a present address, those of the same person's former ones."""
        found: dict[str, set[str]] = {one: set() for one in present}
        rows = self.filter(present__in=found)
        for now, before in rows.values_list("present", "former"):
            found[now].add(before)
        return found

    def note(self, old: str, new: str) -> None:
        """Remember that whoever was `old`, and all that they were before, are `new` now."""
        before = {old, *self.of([old])[old]} - {new}
        rows = [FormerAddress(former=one, present=new) for one in sorted(before)]
        FormerAddress.objects.bulk_create(rows, ignore_conflicts=True)


class FormerAddress(models.Model):
    """That two addresses are one person's, as keyed fingerprints and nothing else.

    So past partners are known after a change of address, and after an erasure too.
    """

    former = models.CharField(max_length=64, editable=False)
    present = models.CharField(max_length=64, editable=False)

    objects = FormerAddressQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "former addresses"
        constraints = [
            models.UniqueConstraint(
                name="one_former_address_once", fields=["present", "former"]
            ),
            models.CheckConstraint(
                name="former_address_differs", condition=~Q(former=F("present"))
            ),
        ]

    def __str__(self) -> str:
        return f"former address {self.pk}"
