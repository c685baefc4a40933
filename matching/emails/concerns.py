"""To organisers: somebody cannot work with their partner."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from matching.models import Concern
from participants.models import User


def why_not_a_concern(message: Message) -> str:
    """Why organisers need not look at it any more."""
    still = Concern.objects.open().filter(pk=message.cause_id or 0).exists()
    return "" if still else "This is settled."


CONCERN = register(
    Kind(
        "concern",
        Message.Stream.ALERTS,
        "matching/emails/concern",
        why_not=why_not_a_concern,
    )
)


def concern(about: Concern, to: User) -> Message:
    """To one organiser; who it is stands on the board only, where one has to log in."""
    round_ = about.seat.proposal.round
    path = reverse("admin:matching_after", args=[round_.pk])
    return CONCERN.compose(
        f"concern {about.pk}, {about.at:%Y-%m-%d %H:%M:%S.%f}, organiser {to.pk}",
        to,
        {
            "organiser": to,
            "round": round_,
            "link": f"{settings.SITE_URL}{path}#concerns",
        },
        cause_id=about.pk,
    )
