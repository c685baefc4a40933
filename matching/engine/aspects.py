"""What one can wish for. To add an aspect: give it a name, and a class that tells who meets it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matching.engine.problem import Person, Wish

HOURS = "hours"


class Aspect(Protocol):
    def meets(
        self,
        wishes: Sequence[Wish | None],
        people: Sequence[Person],
        minutes: NDArray[np.int64],
    ) -> NDArray[np.bool_]:
        """(n, n): entry (i, j) says whether person j meets the wish of person i, if there is one.

        `minutes` (n, n) are the minutes a day that i and j are awake together.
        """


class Offered(Aspect):
    """Met when the partner offers at least one of the accepted tokens."""

    def __init__(self, name: str) -> None:
        self.name = name

    def meets(
        self,
        wishes: Sequence[Wish | None],
        people: Sequence[Person],
        minutes: NDArray[np.int64],
    ) -> NDArray[np.bool_]:
        accepted = [wish.accepted if wish else frozenset() for wish in wishes]
        offered = [person.offers.get(self.name, frozenset()) for person in people]
        return shared(accepted, offered)


class AwakeTogether(Aspect):
    """Met when both are awake for at least so many hours a day."""

    def meets(
        self,
        wishes: Sequence[Wish | None],
        people: Sequence[Person],
        minutes: NDArray[np.int64],
    ) -> NDArray[np.bool_]:
        never = np.iinfo(np.int64).max
        least = [
            60 * int(next(iter(wish.accepted))) if wish else never for wish in wishes
        ]
        return minutes >= np.array(least, dtype=np.int64)[:, None]


ASPECTS: dict[str, Aspect] = {
    name: Offered(name)
    for name in (
        "country",
        "workplace",
        "role",
        "career_stage",
        "interests",
        "language",
    )
} | {HOURS: AwakeTogether()}


def shared(
    rows: Sequence[frozenset[str]], columns: Sequence[frozenset[str]]
) -> NDArray[np.bool_]:
    """(len(rows), len(columns)): whether the two sets have a token in common."""
    tokens = {
        token: k for k, token in enumerate(sorted(frozenset().union(*rows, *columns)))
    }

    def indicator(sets: Sequence[frozenset[str]]) -> NDArray[np.float32]:
        matrix = np.zeros((len(sets), len(tokens)), dtype=np.float32)
        for row, present in enumerate(sets):
            matrix[row, [tokens[token] for token in present]] = 1
        return matrix

    return indicator(rows) @ indicator(columns).T > 0
