"""A round as steps in time: what is done, where we are now, what is to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils import timezone

from rounds.models import Round

DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Step:
    """One step of a round: its words, the day that completes them, and its state."""

    name: str
    words: str
    day: datetime | None = None
    state: str = ""  # "done", "now", or still to come


HOW_ANY_ROUND_GOES = [
    Step("Sign-up", "You tell us about yourself, and whom you would like to meet."),
    Step("Confirmation", "One click in our mail tells us that it is you."),
    Step("Matching day", "We find the best partner for everybody."),
    Step("Introductions", "A mail tells you both who the other is."),
    Step("Time together", "You write, call or visit, as you both like."),
]


def timeline(round_: Round) -> list[Step]:
    here = _position(round_)
    states = ["done" if at < here else "now" if at == here else "" for at in range(5)]
    planned = round_.phase == Round.Phase.PLANNED
    steps = [
        ("Sign-up", "opens on", round_.opens_at)
        if planned
        else ("Sign-up", "until", round_.closes_at),
        ("Confirmation", "one click in our mail, by", round_.confirm_by),
        ("Matching day", "", round_.matching_at),
        ("Introductions", "from", round_.introduces_at),
        (time_together(round_), "until", round_.ends_at),
    ]
    return [Step(*step, state) for step, state in zip(steps, states, strict=True)]


def time_together(round_: Round) -> str:
    """How long partners have, in words: "Four months"."""
    days = (round_.ends_at - round_.introduces_at).days
    months = max(1, round(days / DAYS_A_MONTH))
    return f"{apnumber(months)} month{'s' if months > 1 else ''}".capitalize()


def _position(round_: Round) -> int:
    """Which step it is now: -1 before the first, 5 after the last."""
    phase = round_.phase
    if phase == Round.Phase.CLOSED and timezone.now() >= round_.confirm_by:
        return 2
    return {
        Round.Phase.PLANNED: -1,
        Round.Phase.OPEN: 0,
        Round.Phase.CLOSED: 1,
        Round.Phase.MATCHING: 2,
        Round.Phase.INTRODUCED: 3,
        Round.Phase.RUNNING: 4,
        Round.Phase.ENDED: 5,
    }[phase]
