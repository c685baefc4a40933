"""A proposal with many pairs, made by few queries."""

from __future__ import annotations

from django.utils import timezone

from matching.models import Match, Seat
from participants.models import Application, User
from tests.factories import (
    CareerStageFactory,
    RoleFactory,
    WorkplaceFactory,
    considered,
)

COUNTRIES = ["KE", "AU", "PE", "DK", "JP", "CA", "IN", "BR"]


def many_pairs(proposal, count):
    """Pairs of two countries each, as many: of their two and three wishes some are met."""
    matches = Match.objects.bulk_create(
        Match(proposal=proposal, minutes_awake=nth % 900) for nth in range(count)
    )
    people = _people(proposal.round, 2 * count)
    Seat.objects.bulk_create(
        Seat(
            match=matches[nth // 2],
            proposal=proposal,
            application=person,
            position=1 + nth % 2,
            wishes=2 + nth % 2,
            wishes_met=nth % 3,
        )
        for nth, person in enumerate(people)
    )
    considered(proposal, *proposal.round.applications.for_matching())
    return matches


def _people(round_, count):
    already, now = User.objects.count(), timezone.now()
    facts = {
        "workplace": WorkplaceFactory(),
        "role": RoleFactory(),
        "career_stage": CareerStageFactory(),
    }
    users = User.objects.bulk_create(
        User(email=f"one{already + nth}@example.org", name=f"One {nth}", password="!")
        for nth in range(count)
    )
    return Application.objects.bulk_create(
        Application(
            round=round_,
            user=user,
            name=user.name,
            country=COUNTRIES[nth % len(COUNTRIES)],
            time_zone="Africa/Nairobi",
            about="",
            agreed_conduct_at=now,
            agreed_data_at=now,
            confirmed_at=now,
            **facts,
        )
        for nth, user in enumerate(users)
    )
