"""Four invented people, and the three ways to pair them: how the levels decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

SHORT = {
    "none_met": "people with no wish met",
    "bad_luck": "people unlucky a second time",
    "wishes": "wishes met",
    "hours": "hours awake together",
    "new_countries": "new countries",
}
FEWER_IS_BETTER = {"none_met", "bad_luck"}


@dataclass(frozen=True)
class Way:
    """One way to pair everybody, with its number for each level."""

    pairs: str
    numbers: dict[str, int]
    lost_at: str = ""  # the level, in words, at which it falls behind the best

    def key(self, levels: Sequence[str]) -> list[int]:
        """Smaller is better, the first level first."""
        return [
            self.numbers[level] if level in FEWER_IS_BETTER else -self.numbers[level]
            for level in levels
        ]


def _way(pairs: str, *numbers: int) -> Way:
    return Way(pairs, dict(zip(SHORT, numbers, strict=True)))


WAYS = [
    _way("Amina with Jo, Søren with María", 1, 1, 5, 19, 2),
    _way("Amina with Søren, Jo with María", 0, 0, 4, 14, 2),
    _way("Amina with María, Jo with Søren", 0, 0, 3, 16, 3),
]


def judged(levels: Sequence[str]) -> list[Way]:
    """The ways in order; each that is not the best says where it fell behind."""
    best = min(WAYS, key=lambda way: way.key(levels))
    return [
        way if way is best else replace(way, lost_at=_lost_at(way, best, levels))
        for way in WAYS
    ]


def _lost_at(way: Way, best: Way, levels: Sequence[str]) -> str:
    differ = (level for level in levels if way.numbers[level] != best.numbers[level])
    return SHORT[next(differ)]
