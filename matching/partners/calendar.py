"""A suggested talk as a calendar file (RFC 5545): the moment, and no more about people than names."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event

from matching.partners.slots import Slot

PRODUCT = "-//International Librarians Network//Partners//EN"


def calendar_file(match_id: int, slot: Slot, names: str, page: str) -> bytes:
    """One event under an identifier that stays, so that a second download is no second event."""
    event = Event()
    event.add("uid", f"match-{match_id}-{slot.key}@{settings.SITE_HOST}")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", slot.starts)
    event.add("dtend", slot.ends)
    event.add("summary", f"A talk with {names}")
    event.add("description", "A suggestion. It counts once you have agreed on it.")
    event.add("url", page)
    event.add("status", "TENTATIVE")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return calendar.to_ical()
