"""The demo's earlier rounds have their partners: of one we hear how it goes, of one how it was."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from iln.mail.models import Message
from matching.models import CheckIn, Concern, Frequency, Proposal, Seat, Survey
from matching.publishing.publication import publish
from matching.services import propose
from participants.models import Application, User
from rounds.demo import FIRST, RUNNING
from rounds.models import Round

A_DAY = timedelta(days=1)
ALMOST = 8  # of so many people, one does not answer
# What the others say when it is over: how often they were in touch, how content they are.
SAID = [
    (Frequency.WEEKLY, 5),
    (Frequency.FORTNIGHTLY, 4),
    (Frequency.MONTHLY, 4),
    (Frequency.WEEKLY, 4),
    (Frequency.FORTNIGHTLY, 5),
    (Frequency.MONTHLY, 3),
    (Frequency.LESS, 2),
]
WORTH = [Survey.Worth.MUCH, Survey.Worth.SOME, Survey.Worth.MUCH]
QUOTES = [
    "We still write, and I have stolen three of her ideas for our children’s room.",
    "Two branches, two alphabets, and the same broken printer.",
]
# Who does not simply say that they are in touch, by the place of their seat.
NOT_YET, NEEDS_HELP, SILENT, CONCERNED = 2, 6, 11, 14
HELP = "My mails come back. Is there another way to reach my partner?"
CONCERN = "We want such different things from this. Could somebody talk with me?"


def load() -> None:
    """Match and publish the earlier rounds, once, as if it had been done in time."""
    if seats := _introduce(FIRST):
        _say_how_it_was(seats)
    if seats := _introduce(RUNNING):
        _say_how_it_goes(seats)


def _introduce(slug: str) -> list[Seat]:
    """The seats of those who met; none where they had met before."""
    round_ = Round.objects.get(slug=slug)
    if round_.published_at:
        return []
    proposal = propose(round_)
    publish(proposal, User.objects.filter(is_superuser=True).earliest("pk"))
    _date_back(proposal)
    _forget_mails(proposal)
    return list(proposal.seats.select_related("application__round").order_by("pk"))


def _date_back(proposal: Proposal) -> None:
    then = proposal.round.introduces_at
    Round.objects.filter(pk=proposal.round_id).update(published_at=then)
    Proposal.objects.filter(pk=proposal.pk).update(made_at=then, published_at=then)
    proposal.seats.update(published_at=then)
    Application.objects.filter(seats__proposal=proposal).update(introduced_at=then)


def _forget_mails(proposal: Proposal) -> None:
    """Introductions that come so late would only confuse."""
    Message.objects.waiting().filter(
        stream=Message.Stream.ROUND, recipient__applications__round=proposal.round
    ).delete()


# --- How it goes ---------------------------------------------------------------


def _say_how_it_goes(seats: list[Seat]) -> None:
    """Each check-in that is due was asked, and almost all have answered."""
    round_ = seats[0].application.round
    for number, day in enumerate(round_.check_ins_after, start=1):
        asked_at = round_.introduces_at + timedelta(days=day)
        if asked_at < timezone.now() - ALMOST * A_DAY:
            for place, seat in enumerate(seats):
                _answer(CheckIn(seat=seat, number=number, asked_at=asked_at), place)
    Concern.objects.create(seat=seats[CONCERNED], words=CONCERN)


def _answer(asked: CheckIn, place: int) -> None:
    seat = asked.seat
    if place == SILENT:
        asked.nudged_at = asked.asked_at + 5 * A_DAY
        seat.check_in = Seat.CheckIn.SILENT
        seat.checked_in_at = seat.silent_at = asked.nudged_at + 5 * A_DAY
    else:
        usual = (CheckIn.Answer.IN_TOUCH, "")
        said = {
            NOT_YET: (CheckIn.Answer.NOT_YET, ""),
            NEEDS_HELP: (CheckIn.Answer.HELP, HELP),
        }
        asked.answer, asked.words = said.get(place, usual)
        asked.frequency = SAID[place % len(SAID)][0] if asked.asks_how_often else ""
        asked.answered_at = asked.asked_at + (1 + place % 3) * A_DAY
        seat.check_in, seat.checked_in_at = asked.answer, asked.answered_at
    asked.save()
    seat.save(update_fields=["check_in", "checked_in_at", "silent_at"])


# --- How it was ----------------------------------------------------------------


def _say_how_it_was(seats: list[Seat]) -> None:
    Survey.objects.bulk_create(_survey(seat, place) for place, seat in enumerate(seats))


def _survey(seat: Seat, place: int) -> Survey:
    ended_at = seat.application.round.ends_at
    asked = Survey(seat=seat, asked_at=ended_at)
    if place % ALMOST == ALMOST - 1:
        return asked
    asked.frequency, asked.satisfaction = SAID[place % ALMOST]
    asked.answered_at = ended_at + (1 + place % 5) * A_DAY
    worth = WORTH[place % len(WORTH)]
    asked.wishes_worth = worth if seat.wishes else Survey.Worth.NO_WISHES
    if place < len(QUOTES):
        asked.words, asked.may_quote = QUOTES[place], True
    return asked
