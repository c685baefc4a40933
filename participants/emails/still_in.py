"""What we write before matching day: "Still in?", and to those who wait or come next time."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from participants import luck
from participants.emails.common import FOLDER, Stream, absolute
from participants.models import Application
from rounds.models import Round


def _application(message: Message) -> Application | None:
    rows = Application.objects.select_related("round")
    return rows.filter(pk=message.cause_id or 0).first()


def _not_to_ask(message: Message) -> str:
    application = _application(message)
    if application is None or application.withdrawn_at:
        return "The application was withdrawn."
    if not application.may_say_still_in:
        return "The time to answer is over."
    answered = application.still_in_at or application.sat_out_at
    return "The person has answered already." if answered else ""


def _not_silent(message: Message) -> str:
    application = _application(message)
    silent = application and application.may_keep_a_place
    return "" if silent else "The person has answered, or the round is over."


def _not_sat_out(message: Message) -> str:
    application = _application(message)
    out = application and application.sat_out_at and not application.withdrawn_at
    return "" if out else "The person has answered otherwise."


def _not_in(message: Message) -> str:
    application = _application(message)
    here = application and not application.withdrawn_at and not application.sat_out_at
    return "" if here else "The person is not in this round any more."


def _not_open(message: Message) -> str:
    still = Round.objects.open().filter(pk=message.cause_id or 0).exists()
    return "" if still else "The round is not open any more."


STILL_IN = register(
    Kind("still in", Stream.ROUND, f"{FOLDER}/still_in", _not_to_ask, needed=True)
)
ANSWERED = register(
    Kind("still in answered", Stream.ROUND, f"{FOLDER}/still_in_answered", _not_sat_out)
)
NO_ANSWER = register(
    Kind("no answer", Stream.ROUND, f"{FOLDER}/no_answer", _not_silent, needed=True)
)
WAITING = register(
    Kind("waiting list", Stream.ROUND, f"{FOLDER}/waiting", _not_in, needed=True)
)
PLACE_FOUND = register(
    Kind("place found", Stream.ROUND, f"{FOLDER}/place_found", _not_in, needed=True)
)
NEXT_ROUND = register(
    Kind(
        "next round is open",
        Stream.ROUND,
        f"{FOLDER}/next_round",
        _not_open,
        needed=True,
    )
)


def still_in(application: Application) -> Message:
    """The question; it leads to a page, since programs that look for bad links press them."""
    return _about(STILL_IN, application, application.confirmed_at)


def still_in_again(application: Application, day: date | None = None) -> Message:
    """The same once more, once a day at most, whoever reminds."""
    moment = f"reminder, {day or timezone.localdate()}"
    return _about(STILL_IN, application, moment, reminds=True)


def no_answer(application: Application) -> Message:
    """That they are not in, since they never said so; and the way into the next round."""
    return _about(NO_ANSWER, application, application.asked_still_in_at)


def still_in_answered(application: Application) -> Message:
    """What it means that they sit this round out, and the way back."""
    return _about(ANSWERED, application, application.sat_out_at)


def waiting(application: Application, place: int) -> Message:
    """Instead of the receipt, where their country has its share of the round."""
    return _about(WAITING, application, application.submitted_at, place=place)


def place_found(application: Application) -> Message:
    return _about(PLACE_FOUND, application, application.submitted_at)


def next_round(application: Application, round_: Round) -> Message:
    """To whoever said "next round", when it opens."""
    person = application.user
    page = reverse("participants:apply_again", args=[round_.slug])
    return NEXT_ROUND.compose(
        f"{NEXT_ROUND.name}, person {person.pk}, round {round_.pk}",
        person,
        {
            "application": application,
            "round": round_,
            "link": f"{settings.SITE_URL}{page}",
            "why": luck.Luck.KEPT_PLACE.since,
        },
        cause_id=round_.pk,
    )


def _about(
    kind: Kind, application: Application, moment: object, **more: object
) -> Message:
    return kind.compose(
        f"{kind.name}, application {application.pk}, {moment}",
        application.user,
        {
            "application": application,
            "round": application.round,
            "link": absolute(application),
            "answer": f"{settings.SITE_URL}{application.get_still_in_url()}",
            **more,
        },
        cause_id=application.pk,
    )
