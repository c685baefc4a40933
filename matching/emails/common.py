"""What all mails of matching share."""

from __future__ import annotations

from matching.models import Seat
from matching.wording import joined
from participants.models import Application


def partners_of(seat: Seat) -> list[Application]:
    return [partner.application for partner in seat.partners_in_place]


def context_of(me: Application, partners: list[Application]) -> dict[str, object]:
    return {
        "me": me,
        "round": me.round,
        "participation_path": me.get_absolute_url(),
        "partner_names": joined(partner.name for partner in partners),
        "partners": len(partners),
    }
