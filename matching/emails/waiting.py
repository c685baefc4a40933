"""To whoever has no partner, and what they could change before that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from matching.emails.common import context_of
from matching.models import Aside
from matching.wording import roughly
from participants.models import Application, Wish
from participants.terms import Terms


def why_not_left_over(message: Message) -> str:
    """The same for somebody without a partner: a later match makes the mail untrue."""
    application = Application.objects.filter(pk=message.cause_id or 0).first()
    if application is None:
        return "This application is no longer there."
    if application.introduced_at:
        return "This person has a partner by now."
    return "This person has withdrawn." if application.withdrawn_at else ""


def why_not_set_aside(message: Message) -> str:
    """The same for somebody whom organisers keep out, as long as they do."""
    if not Aside.objects.filter(application=message.cause_id or 0).exists():
        return "This person is no longer set aside."
    return why_not_left_over(message)


def why_not_an_offer(message: Message) -> str:
    """Why somebody need not hear what they could change."""
    application = Application.objects.filter(pk=message.cause_id or 0).first()
    if application is None:
        return "This application is no longer there."
    if application.withdrawn_at:
        return "This person has withdrawn."
    return "" if application.is_correctable else "The time to change answers is over."


LEFT_OVER = register(
    Kind(
        "left over",
        Message.Stream.ROUND,
        "matching/emails/left_over",
        why_not=why_not_left_over,
        needed=True,
    )
)
SET_ASIDE = register(
    Kind(
        "set aside",
        Message.Stream.ROUND,
        "matching/emails/set_aside",
        why_not=why_not_set_aside,
    )
)
OFFER = register(
    Kind(
        "offer",
        Message.Stream.ROUND,
        "matching/emails/offer",
        why_not=why_not_an_offer,
    )
)


def left_over(
    application: Application, due_at: datetime, country_cap: int | None = None
) -> Message:
    """That there is no partner this time, and why, and that they are first next time.

    `country_cap`: they wait since so many per cent are the most from one country.
    """
    return LEFT_OVER.compose(
        f"left over, round {application.round_id}, person {application.user_id}",
        application.user,
        context_of(application, []) | {"country_cap": country_cap},
        cause_id=application.pk,
        due_at=due_at,
    )


def set_aside(aside: Aside, due_at: datetime) -> Message:
    """That the organisers kept them out of this matching, in the words meant for them."""
    application = aside.application
    return SET_ASIDE.compose(
        f"set aside, round {application.round_id}, person {application.user_id}",
        application.user,
        context_of(application, []) | {"words": aside.words},
        cause_id=application.pk,
        due_at=due_at,
    )


def offer(
    application: Application, musts: Sequence[Wish], opens: int, terms: Terms
) -> Message:
    """How many more people could be somebody's partner without these musts of theirs; once."""
    wanted = [(wish, terms.accepted(wish)) for wish in musts]
    return OFFER.compose(
        offer_key(application, [wish.aspect for wish in musts]),
        application.user,
        context_of(application, []) | {"musts": wanted, "more": roughly(opens)},
        cause_id=application.pk,
    )


def offer_key(application: Application, aspects: Sequence[str]) -> str:
    return f"offer, application {application.pk}, {', '.join(sorted(aspects))}"
