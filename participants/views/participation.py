"""My participation: where somebody stands, what they told us, what they can do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from participants.models import Application, User
from participants.sessions import for_participants
from participants.terms import Terms
from rounds.models import Round
from rounds.timeline import timeline


@for_participants
def participation(request: HttpRequest, user: User) -> HttpResponse:
    """The application that matters now, which is the newest one that has not ended."""
    mine = user.applications.current().in_full().first()
    return overview(request, user, mine)


def overview(
    request: HttpRequest, user: User, mine: Application | None
) -> HttpResponse:
    """One application in full, and all that its person can see and do besides."""
    context = {
        "owner": user,
        "others": _others(user, mine),
        "stopped": user.unsubscribed.now().order_by("stream"),
        "again": _open_again(user),
    }
    if mine:
        context |= _in_full(mine)
    return render(request, "participants/participation.html", context)


def _in_full(mine: Application) -> dict[str, Any]:
    terms = Terms()
    return {
        "application": mine,
        "round": mine.round,
        "token": mine.token,
        "steps": timeline(mine.round),
        "wishes": [(wish, terms.accepted(wish)) for wish in mine.wishes.all()],
    }


def _open_again(user: User) -> Round | None:
    """A round that they may join with the answers of an earlier one."""
    mine = user.applications.all()
    rounds = Round.objects.open().exclude(pk__in=mine.active().values("round"))
    round_ = rounds.order_by("closes_at").first()
    return round_ if round_ and mine.exclude(round=round_).exists() else None


def _others(user: User, mine: Application | None) -> list[Application]:
    """Their applications to other rounds, the newest first."""
    rows = user.applications.select_related("round").order_by("-round__opens_at")
    return list(rows.exclude(pk=mine.pk) if mine else rows)
