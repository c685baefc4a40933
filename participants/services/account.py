"""A person's account: another mail address, which mails, which language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from iln.mail.models import Unsubscribed
from iln.mail.outbox import queue
from participants import emails
from participants.models import AddressChange, FormerAddress, User
from participants.models.user import fingerprint
from participants.services.people import Refused

TAKEN = "This address cannot be used. Please ask for the change once more."


@transaction.atomic
def ask_for_address(user: User, new: str) -> None:
    """Ask both ends: the new address confirms, the old one can stop it.

    Whether somebody has the new address already only its owner learns, by mail.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.address_changes.stopped_lately().exists():
        raise Refused(
            "Somebody stopped a change of your address in the last days. "
            "For your safety, please wait until a week has passed, or write to the organisers."
        )
    user.address_changes.pending().delete()
    change = AddressChange.objects.create(user=user, old=user.email, new=new)
    queue([emails.confirm_address(change), emails.address_changes(change)])


@transaction.atomic
def change_address(change: AddressChange) -> User:
    """Make the change, once, as the new address has confirmed it."""
    user = User.objects.select_for_update().get(pk=change.user_id)
    change = _locked(change)
    if not change.is_pending or user.email != change.old:
        raise Refused("This link is too old, or was used already.")
    _move(user, change.new)
    change.changed_at = timezone.now()
    change.save(update_fields=["changed_at"])
    return user


@transaction.atomic
def stop_address(change: AddressChange) -> None:
    """Stop a change, or take it back, as the old address says."""
    user = User.objects.select_for_update().get(pk=change.user_id)
    change = _locked(change)
    if not change.is_stoppable:
        raise Refused("This link is too old, or was used already.")
    if change.changed_at:
        _move(user, change.old)
    user.address_changes.pending().exclude(pk=change.pk).delete()
    change.stopped_at = timezone.now()
    change.save(update_fields=["stopped_at"])


def _locked(change: AddressChange) -> AddressChange:
    try:
        return AddressChange.objects.select_for_update().get(pk=change.pk)
    except AddressChange.DoesNotExist:
        raise Refused("Another change was asked for since then.") from None


def _move(user: User, new: str) -> None:
    """Give somebody an address, which past partners know them by from now on too."""
    FormerAddress.objects.note(user.fingerprint, fingerprint(new))
    user.email = new
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError:
        raise Refused(TAKEN) from None


@transaction.atomic
def choose_mails(
    user: User, stopped: Mapping[str, date | None], language: str = ""
) -> None:
    """Keep which streams somebody does not want, until when, and their language."""
    user.unsubscribed.exclude(stream__in=stopped).delete()
    Unsubscribed.objects.bulk_create(
        [
            Unsubscribed(recipient=user, stream=stream, until=until)
            for stream, until in stopped.items()
        ],
        update_conflicts=True,
        unique_fields=["recipient", "stream"],
        update_fields=["until"],
    )
    if language:
        user.language = language
        user.save(update_fields=["language"])
