"""All that somebody may read about their partners: the same on their page and in their mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from matching.models import Seat
from matching.partners.together import together
from matching.wording import card, common_languages, joined, wish_lines
from participants.terms import Terms


def path_of(match_id: int) -> str:
    """The page on which partners find each other."""
    return reverse("matching:partner", args=[match_id])


def meeting(seat: Seat, terms: Terms, now: datetime) -> dict[str, Any]:
    """For one person of a match; expects its seats as `MatchQuerySet.in_full` loads them.

    Where one of three is gone, what became of wishes is left unsaid: it was found for all three.
    """
    me, theirs = seat.application, seat.partners_in_place
    partners = [one.application for one in theirs]
    first = min([seat, *theirs], key=lambda one: one.position)
    whole = seat.match.is_whole
    return {
        "cards": [card(partner, me) for partner in partners],
        "languages": joined(common_languages([me, *partners])),
        "together": together(me, partners, now),
        "wishes": wish_lines(seat.report, terms) if whole else [],
        "free_words": me.wishes_text if whole and me.wishes_read_at else "",
        "is_whole": whole,
        "writes_first": first == seat,
        "first": first.application.name,
        "match_id": seat.match_id,
        "partner_path": path_of(seat.match_id),
    }
