"""The page on which partners find each other, and moments for a talk for their calendars."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from matching.models import Match, Seat
from matching.partners import slots
from matching.partners.calendar import calendar_file
from matching.partners.meeting import meeting, path_of
from matching.publishing import sending
from matching.wording import joined
from participants.models import User
from participants.sessions import for_participants
from participants.terms import Terms


def seat_of(user: User, match_id: int) -> Seat:
    """Their seat in this match, with all in it, once its introduction has left; else 404.

    Until then it may be held or stopped.
    """
    published = Seat.objects.exclude(published_at=None)
    mine = sending.introduced(published).filter(match=match_id, application__user=user)
    match = Match.objects.in_full().filter(seats__in=mine).first()
    if match is None:
        raise Http404
    return next(s for s in match.seats.all() if s.application.user_id == user.pk)


def require_partners(seat: Seat) -> Seat:
    """404 where there is nobody any more with whom to be in touch."""
    if not (seat.is_in_place and seat.partners_in_place):
        raise Http404
    return seat


@for_participants
def partner(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Who the partners are and how to reach them; kind words where that is over."""
    seat = seat_of(user, pk)
    context: dict[str, Any] = {
        "me": seat.application,
        "round": seat.application.round,
        "seat": seat,
    }
    if not (seat.is_in_place and seat.partners_in_place):
        return render(request, "matching/partner/over.html", context)
    context |= meeting(seat, Terms(), timezone.now())
    return render(request, "matching/partner/partner.html", context)


@for_participants
def slot(request: HttpRequest, user: User, pk: int, key: str) -> HttpResponse:
    """One moment for a talk, for the reader's calendar: nobody is invited by it."""
    seat = require_partners(seat_of(user, pk))
    partners = [one.application for one in seat.partners_in_place]
    zones = [person.time_zone for person in [seat.application, *partners]]
    wanted = slots.from_key(key)
    if wanted is None or not slots.is_possible(zones, wanted.starts):
        raise Http404
    names = joined(person.name for person in partners)
    page = settings.SITE_URL + path_of(pk)
    return HttpResponse(
        calendar_file(pk, wanted, names, page),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="talk-{key}.ics"'},
    )
