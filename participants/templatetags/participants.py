"""What pages and mails say about somebody's turn, and about deadlines."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.dateformat import format as format_date

from participants import luck, services
from participants.luck import Luck
from participants.models import Application

register = template.Library()


@register.filter(expects_localtime=False)
def by_the_clock_of(moment: datetime, zone: str) -> str:
    """A deadline as somebody's own clock shows it: day, time, and whose clock that is."""
    there = moment.astimezone(ZoneInfo(zone))
    return f"{format_date(there, 'l, j F Y, H:i')} ({zone.replace('_', ' ')} time)"


@register.simple_tag
def place_in_queue(application: Application) -> int | None:
    """Where somebody stands who must wait, by the country cap; None for whoever is in."""
    is_in = application.confirmed_at and not application.withdrawn_at
    if not is_in or application.sat_out_at:
        return None
    return services.place(application)


@register.simple_tag
def first_since(application: Application) -> Luck | None:
    """Why somebody comes first in a round that is not matched yet."""
    round_ = application.round
    if round_.published_at or application.withdrawn_at or application.sat_out_at:
        return None
    return luck.first(round_, [application.user_id]).get(application.user_id)
