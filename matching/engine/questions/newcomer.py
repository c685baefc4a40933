"""Who of a pool could be the partner of one more person, without weighing all pairs anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matching.engine.problem import Person, Wish
from matching.engine.scoring.aspects import ASPECTS
from matching.engine.scoring.hours import Clocks

Bools = NDArray[np.bool_]
Places = NDArray[np.int32]
Having = Mapping[str, Places]
MUST = "must"


@dataclass(frozen=True)
class Chances:
    """A newcomer beside all n people of a pool.

    reachable (n,): who may be paired with them if they have no musts. unmet: by aspect of
    each must of theirs, who would break it, (n,).
    """

    reachable: Bools
    unmet: Mapping[str, Bools]

    def without(self, musts: Collection[str]) -> Bools:
        """(n,): who may be paired with the newcomer if they drop these musts."""
        possible = self.reachable.copy()
        for aspect, who in self.unmet.items():
            if aspect not in musts:
                possible &= ~who
        return possible

    @property
    def possible(self) -> Bools:
        """(n,): who may be paired with the newcomer."""
        return self.without(())


class Crowd:
    """The people of a pool, by what each has and must have: prepared once for any newcomer.

    It holds the places of people (by their order) under each token, so that one more person
    costs about as much as there are people, and can be kept as numbers and words of lists.
    Vetoes and past partners are left out: they say something about one person.
    """

    def __init__(self, people: Sequence[Person], starts: date, ends: date) -> None:
        self.n, self.starts, self.ends = len(people), starts, ends
        self.living = _places({person.country} for person in people)
        self.speaking = _places(person.languages for person in people)
        self.having = {
            name: _places(map(aspect.has, people)) for name, aspect in ASPECTS.items()
        }
        self.clocks = Clocks([person.zone for person in people], starts, ends)
        self.musts = _musts(people)

    def chances(self, person: Person) -> Chances:
        """How a newcomer fits; their wishes other than musts keep nobody away."""
        clocks = self._clocks(person.zone)
        reachable = self._who(self.speaking, person.languages)
        reachable &= ~self._who(self.living, {person.country})
        for wish, zone, places in self.musts:
            aspect = ASPECTS[wish.aspect]
            accepted = aspect.accepts(wish, replace(person, zone=zone), clocks)
            if not accepted & aspect.has(person):
                reachable[places] = False
        unmet = {
            wish.aspect: ~self._who(
                self.having[wish.aspect],
                ASPECTS[wish.aspect].accepts(wish, person, clocks),
            )
            for wish in person.wishes
            if wish.strength == MUST
        }
        return Chances(reachable, unmet)

    def _clocks(self, zone: str) -> Clocks:
        """Those of the pool, and of a newcomer from elsewhere."""
        known = self.clocks.names
        if zone in known:
            return self.clocks
        return Clocks([zone, *known], self.starts, self.ends)

    def _who(self, having: Having, tokens: Iterable[str]) -> Bools:
        """(n,): whoever has at least one of these tokens."""
        who = np.zeros(self.n, dtype=np.bool_)
        for token in tokens:
            if token in having:
                who[having[token]] = True
        return who


def _places(tokens: Iterable[Iterable[str]]) -> Having:
    """By token, the places of those who have it."""
    places = defaultdict(list)
    for place, some in enumerate(tokens):
        for token in some:
            places[token].append(place)
    return {token: np.array(who, dtype=np.int32) for token, who in places.items()}


def _musts(people: Sequence[Person]) -> list[tuple[Wish, str, Places]]:
    """Each must of anybody once, with the time zone that it is seen from, and whose it is."""
    places = defaultdict(list)
    for place, person in enumerate(people):
        for wish in person.wishes:
            if wish.strength == MUST:
                places[wish, person.zone].append(place)
    return [
        (wish, zone, np.array(who, dtype=np.int32))
        for (wish, zone), who in places.items()
    ]
