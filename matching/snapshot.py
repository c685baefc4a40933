"""The people of a round so far, counted so roughly that it tells nothing about one of them.

Answers are ranges, never below ten. The people are those of one moment for a quarter of an
hour. Up to three are not counted, more or fewer by who was found: so nobody can tell from two
answers whether one person more is among them. Vetoes and past partners are left out.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import numpy as np
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from numpy.typing import NDArray

from matching.engine import Crowd
from matching.problems import told_by
from rounds.models import Round

PERIOD = 15 * 60  # seconds for which everybody is told of the same people
STEPS = [0, 10, 20, 40, 60, 100, 200, 300]
HELD_BACK = 4  # fewer than so many people are left uncounted

Who = NDArray[np.bool_]


@dataclass(frozen=True, order=True)
class About:
    """A number of people, as it may be told."""

    least: int

    @property
    def below(self) -> int | None:
        """Where the range ends; None above the last step."""
        return next((step for step in STEPS if step > self.least), None)

    @property
    def is_few(self) -> bool:
        return self.least == STEPS[0]

    def __str__(self) -> str:
        if self.is_few:
            return f"fewer than {self.below}"
        return f"{self.least}–{self.below}" if self.below else f"{self.least}+"


def about(count: int) -> About:
    return About(max(step for step in STEPS if step <= count))


@dataclass(frozen=True)
class Snapshot:
    """A round's people at one moment, as numbers; nothing in it names anybody."""

    crowd: Crowd
    keys: NDArray[np.int64]

    def about(self, who: Who) -> About:
        """How many these are, or a few less; for the same people always the same."""
        found = self.keys[who]
        key = f"matching.snapshot {settings.SECRET_KEY}".encode()
        left_out = hmac.digest(key, found.tobytes(), "sha256")[0] % HELD_BACK
        return about(max(0, len(found) - left_out))

    def everybody(self) -> About:
        return self.about(np.ones(len(self.keys), dtype=np.bool_))


def period() -> int:
    """The number of this quarter of an hour."""
    return int(timezone.now().timestamp()) // PERIOD


def snapshot(round_: Round) -> Snapshot:
    """Whoever was in when this quarter of an hour began, looked up once."""
    now = period()
    key = f"matching.snapshot.{round_.pk}.{now}"
    before = datetime.fromtimestamp(now * PERIOD, UTC)
    taken = cache.get_or_set(key, lambda: _taken(round_, before), PERIOD)
    return cast(Snapshot, taken)


def _taken(round_: Round, before: datetime) -> Snapshot:
    rows = round_.applications.expected().filter(aside=None, confirmed_at__lt=before)
    applications = list(rows.for_the_engine())
    return Snapshot(
        Crowd(
            [told_by(application) for application in applications],
            round_.introduces_at.date(),
            round_.ends_at.date(),
        ),
        np.array([application.pk for application in applications], dtype=np.int64),
    )
