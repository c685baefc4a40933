"""What one can wish for.

To add an aspect, give it a name in ASPECTS and a class that tells what people have and what
a wish accepts, both as tokens: a partner meets a wish who has an accepted token. That is
enough to weigh it in blocks (`Shared`), for it to be a *must*, and for its reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from matching.engine.scoring.hours import Clocks

if TYPE_CHECKING:
    from matching.engine.problem import Person, Wish

Tokens = frozenset[str]
Ints = NDArray[np.int64]

HOURS = "hours"
WORD = 64


class Aspect(Protocol):
    words: str  # as in "a wish for ..."

    def check(self, accepted: Tokens) -> None:
        """ValueError where a wish makes no sense."""

    def has(self, person: Person) -> Tokens:
        """What somebody has to offer."""

    def accepts(self, wish: Wish, person: Person, clocks: Clocks) -> Tokens:
        """What would meet the wish of this person; `clocks` knows everybody's zones."""


class Offered:
    """Met by a partner who offers at least one of the accepted tokens."""

    def __init__(self, name: str, words: str) -> None:
        self.name = name
        self.words = words

    def check(self, accepted: Tokens) -> None:
        pass  # a token that nobody offers is a wish like any other

    def has(self, person: Person) -> Tokens:
        return person.offers.get(self.name, frozenset())

    def accepts(self, wish: Wish, person: Person, clocks: Clocks) -> Tokens:
        return wish.accepted


class AwakeTogether:
    """Met by a partner who is awake at the same time for at least so many hours a day."""

    words = "hours awake together"

    def check(self, accepted: Tokens) -> None:
        if len(accepted) != 1:
            raise ValueError(f"A wish for {self.words} names one number of hours.")

    def has(self, person: Person) -> Tokens:
        return frozenset({person.zone})

    def accepts(self, wish: Wish, person: Person, clocks: Clocks) -> Tokens:
        (hours,) = wish.accepted
        return clocks.awake_with(person.zone, 60 * int(hours))


ASPECTS: dict[str, Aspect] = {
    "country": Offered("country", "a country or region"),
    "workplace": Offered("workplace", "a kind of workplace"),
    "role": Offered("role", "a role"),
    "career_stage": Offered("career_stage", "a career stage"),
    "interests": Offered("interests", "an interest"),
    "language": Offered("language", "a language"),
    HOURS: AwakeTogether(),
}
NEW_COUNTRY = 1 << len(ASPECTS)  # the bit above those of the aspects


class Shared:
    """Whether what one person asks for and what another has share a token.

    Both are kept as bits, one a token, in words of up to 64.
    """

    def __init__(self, asks: Sequence[Tokens], has: Sequence[Tokens]) -> None:
        both = sorted(frozenset().union(*asks) & frozenset().union(*has))
        bit = {token: 1 << k for k, token in enumerate(both)}
        self.asks, self.has = _words(asks, bit), _words(has, bit)

    def __call__(self, i: Ints, j: Ints) -> NDArray[np.bool_]:
        """Whether people j have what people i ask for; i and j are arrays that broadcast."""
        found = self.asks[0][i] & self.has[0][j]
        for asks, has in zip(self.asks[1:], self.has[1:], strict=True):
            found |= asks[i] & has[j]
        return np.asarray(found != 0)

    def asking(self) -> NDArray[np.bool_]:
        """(n,): who asks for something that anybody has."""
        return np.asarray((self.asks != 0).any(axis=0))


def _words(
    sets: Sequence[Tokens], bit: Mapping[str, int]
) -> NDArray[np.unsignedinteger]:
    """(words, n): each set as a row of bits, in the smallest words that hold them."""
    whole = {tokens: sum(bit.get(token, 0) for token in tokens) for tokens in set(sets)}
    mask = (1 << min(WORD, len(bit))) - 1
    words = [
        [whole[tokens] >> shift & mask for tokens in sets]
        for shift in range(0, max(1, len(bit)), WORD)
    ]
    return np.array(words, dtype=np.min_scalar_type(mask))
