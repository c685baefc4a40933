"""Three rounds for the demo: one that is open, one that runs, and one that is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from rounds.models import Round

PILOT, RUNNING, FIRST = "pilot", "second", "first"
NOBODY_IS_ASKED = {"still_in_days": None}  # "Still in?": invented people do not answer


def load() -> None:
    """Plan them around today, unless they are there."""
    _plan(
        PILOT,
        name="Pilot round",
        description=(
            "A round to try things out with. Ninety-two invented people from twenty "
            "countries have applied; apply yourself, then run matching day as an organiser."
        ),
        opens_at=_noon(-20),
        closes_at=_noon(14),
        confirm_by=_noon(21),
        matching_at=_noon(24),
        introduces_at=_noon(26),
        ends_at=_noon(147),
        **NOBODY_IS_ASKED,
    )
    _plan(
        RUNNING,
        name="Second round",
        description="Its partners have met, and tell how it goes.",
        opens_at=_noon(-120),
        closes_at=_noon(-100),
        confirm_by=_noon(-94),
        matching_at=_noon(-93),
        introduces_at=_noon(-90),
        ends_at=_noon(30),
    )
    _plan(
        FIRST,
        name="First round",
        description="Where it began. All its people are invented, too.",
        opens_at=_noon(-350),
        closes_at=_noon(-320),
        confirm_by=_noon(-313),
        matching_at=_noon(-310),
        introduces_at=_noon(-308),
        ends_at=_noon(-186),
        **NOBODY_IS_ASKED,
    )


def _plan(slug: str, **fields: datetime | str | None) -> None:
    Round.objects.get_or_create(slug=slug, defaults=fields)


def _noon(days: int) -> datetime:
    day = timezone.now() + timedelta(days=days)
    return day.replace(hour=12, minute=0, second=0, microsecond=0)
