"""What we write when somebody wants another mail address: to the new one, and to the old."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from participants.emails.common import FOLDER, Stream
from participants.models import AddressChange, User
from participants.models.account import STOP_WITHIN


def _change(message: Message) -> AddressChange | None:
    return AddressChange.objects.filter(pk=message.cause_id or 0).first()


def _not_pending(message: Message) -> str:
    change = _change(message)
    return "" if change and change.is_pending else "The change is made, or is off."


def _not_stoppable(message: Message) -> str:
    change = _change(message)
    return "" if change and change.is_stoppable else "The change is off already."


def _to_the_new(message: Message) -> Message:
    """With a link to confirm; to somebody who has this address already, with an explanation."""
    change = AddressChange.objects.get(pk=message.cause_id or 0)
    path = reverse("participants:confirm_address", args=[change.confirm_token])
    others = User.objects.with_address(change.new).exclude(pk=change.user_id)
    context = {"link": f"{settings.SITE_URL}{path}", "taken": others.exists()}
    return _addressed(CONFIRM_ADDRESS.compose(message.key, change.new, context), change)


def _to_the_old(message: Message) -> Message:
    change = AddressChange.objects.get(pk=message.cause_id or 0)
    path = reverse("participants:stop_address", args=[change.stop_token])
    context = {"link": f"{settings.SITE_URL}{path}", "days": STOP_WITHIN.days}
    return _addressed(ADDRESS_CHANGES.compose(message.key, change.old, context), change)


CONFIRM_ADDRESS = register(
    Kind(
        "confirm address",
        Stream.ACCOUNT,
        f"{FOLDER}/confirm_address",
        why_not=_not_pending,
        written_anew=_to_the_new,
        secret=True,
    )
)
ADDRESS_CHANGES = register(
    Kind(
        "address changes",
        Stream.ACCOUNT,
        f"{FOLDER}/address_changes",
        why_not=_not_stoppable,
        written_anew=_to_the_old,
        secret=True,
    )
)


def confirm_address(change: AddressChange) -> Message:
    return _blank(CONFIRM_ADDRESS, change, change.new)


def address_changes(change: AddressChange) -> Message:
    return _blank(ADDRESS_CHANGES, change, change.old)


def _blank(kind: Kind, change: AddressChange, address: str) -> Message:
    key = f"{kind.name}, change {change.pk}"
    return _addressed(kind.blank(key, address, cause_id=change.pk), change)


def _addressed(message: Message, change: AddressChange) -> Message:
    """It belongs to the person, though it goes to one certain address of theirs."""
    message.recipient_id = change.user_id
    return message
