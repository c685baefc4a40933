"""What we write to people about how they come in."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from sesame.utils import get_token

from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from participants.emails.common import FOLDER, Stream, this_minute
from participants.models import User
from participants.models.user import fingerprint

SCOPE = "sign in"


def _person(message: Message) -> User | None:
    """Whose link it is: known by now, or found by the address that was typed."""
    people = User.objects.filter(is_active=True)
    if message.recipient_id:
        return people.filter(pk=message.recipient_id).first()
    return people.filter(pk__in=User.objects.with_address(message.address)).first()


def _stranger(message: Message) -> str:
    return "" if _person(message) else "Nobody has this address here."


def _with_a_link(message: Message) -> Message:
    """The link is made when the mail leaves, for its ten minutes begin then."""
    person = _person(message)
    if person is None:
        raise LookupError("Nobody has this address here any more.")
    path = reverse("participants:sign_in", args=[get_token(person, scope=SCOPE)])
    context = {
        "link": f"{settings.SITE_URL}{path}",
        "minutes": settings.SESAME_MAX_AGE // 60,
    }
    return SIGN_IN.compose(message.key, person, context)


SIGN_IN = register(
    Kind(
        "sign-in link",
        Stream.ACCOUNT,
        f"{FOLDER}/sign_in",
        why_not=_stranger,
        written_anew=_with_a_link,
        secret=True,
    )
)


def sign_in(to: str | User) -> Message:
    """A link for a person, or for whoever has an address that somebody typed.

    Once a minute at most; the key names the address by its fingerprint alone.
    """
    address = to if isinstance(to, str) else to.email
    key = f"{SIGN_IN.name}, {fingerprint(address)}, {this_minute()}"
    return SIGN_IN.blank(key, to)
