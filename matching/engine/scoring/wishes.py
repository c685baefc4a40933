"""What people ask of a partner, and who meets it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matching.engine.problem import STRENGTHS, Person
from matching.engine.scoring.aspects import ASPECTS, NEW_COUNTRY, Shared, Tokens
from matching.engine.scoring.hours import Clocks

Ints = NDArray[np.int64]
Combinations = NDArray[np.unsignedinteger]


class Wishes:
    """The wishes of n people, ready to be held against any others.

    strengths (n, aspects): 0 where there is no wish. must (n,): the wishes that are a must, as
    bits. asked (n,): the bits that anybody here could meet. Whoever comes back asks, in
    the bit above those of the aspects, for a country that none of their partners came from.
    """

    def __init__(self, people: Sequence[Person], clocks: Clocks) -> None:
        n, bits = len(people), np.min_scalar_type(NEW_COUNTRY).type
        wishes = [{wish.aspect: wish for wish in person.wishes} for person in people]
        self.strengths = np.zeros((n, len(ASPECTS)), dtype=np.int64)
        self.must: Combinations = np.zeros(n, dtype=bits)
        self.asked: Combinations = np.zeros(n, dtype=bits)
        self.by_bit: list[tuple[np.unsignedinteger, Shared]] = []
        for k, (name, aspect) in enumerate(ASPECTS.items()):
            bit = bits(1 << k)
            asks = [Tokens()] * n
            for i, person in enumerate(people):
                if wish := wishes[i].get(name):
                    self.strengths[i, k] = STRENGTHS[wish.strength]
                    asks[i] = aspect.accepts(wish, person, clocks)
            self.must |= (self.strengths[:, k] == STRENGTHS["must"]) * bit
            self._add(bit, Shared(asks, [aspect.has(person) for person in people]))
        countries = [Tokens({person.country}) for person in people]
        self._add(bits(NEW_COUNTRY), Shared(_new_countries(people), countries))

    def _add(self, bit: np.unsignedinteger, shared: Shared) -> None:
        asking = shared.asking()
        self.asked |= asking * bit
        if asking.any():
            self.by_bit.append((bit, shared))

    def met(self, i: Ints, j: Ints) -> Combinations:
        """What people i ask for and people j have, as bits; i and j broadcast."""
        shape = np.broadcast_shapes(np.shape(i), np.shape(j))
        bits: Combinations = np.zeros(shape, dtype=self.must.dtype)
        for bit, shared in self.by_bit:
            bits |= shared(i, j) * bit
        return bits

    def respected(self, i: Ints, met: Combinations) -> NDArray[np.bool_]:
        """Whether these combinations of bits leave no must of people i unmet."""
        return np.asarray(met & self.must[i] == self.must[i])


def _new_countries(people: Sequence[Person]) -> list[Tokens]:
    """The countries of this round that are new to each person who comes back."""
    countries = Tokens(person.country for person in people)

    @cache  # many have met the same few countries
    def besides(past: Tokens) -> Tokens:
        return countries - past if past else past

    return [besides(person.past_countries) for person in people]
