"""Chance, by seed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any, TypeVar

T = TypeVar("T")


@cache
def read(name: str) -> dict[str, Any]:
    """One of the data files beside this module."""
    return loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


class Draw:
    """Choices that a seed repeats.

    All of them rest on random(): the one number that Python promises to repeat in
    every version.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random  # noqa: S311 - hides nothing

    def below(self, limit: int) -> int:
        return int(self._random() * limit)

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def by_share(self, shares: Mapping[T, int]) -> T:
        """One key, the more often the greater its share."""
        place = self.below(sum(shares.values()))
        for key, share in shares.items():
            place -= share
            if place < 0:
                return key
        raise ValueError("There is nothing to draw from.")

    def several(self, shares: Mapping[T, int], number: int) -> list[T]:
        """Different keys; fewer where there are no more."""
        left = {key: share for key, share in shares.items() if share > 0}
        drawn: list[T] = []
        while left and len(drawn) < number:
            drawn.append(self.by_share(left))
            del left[drawn[-1]]
        return drawn

    def shuffled(self, items: Sequence[T]) -> list[T]:
        left, mixed = list(items), []
        while left:
            place = self.below(len(left))
            left[place], left[-1] = left[-1], left[place]
            mixed.append(left.pop())
        return mixed
