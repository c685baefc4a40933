"""How well any two people fit: which wishes they meet, and what that is worth.

`Scoring` works out any block of pairs on demand, so that a round may be larger than memory
has room for n x n numbers; `score` holds all of a smaller round at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matching.engine.problem import Person, Problem
from matching.engine.scoring.aspects import NEW_COUNTRY, Shared
from matching.engine.scoring.hours import Clocks
from matching.engine.scoring.levels import KEPT, MOST, Most, person_digits, units
from matching.engine.scoring.pairset import PairSet
from matching.engine.scoring.wishes import Combinations, Wishes

__all__ = [
    "FORBIDDEN",
    "MOST",
    "SCORING_VERSION",
    "Scores",
    "Scoring",
    "reachable",
    "score",
]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Raised whenever pairs of the same problem come to weigh otherwise: their old proofs end here.
SCORING_VERSION = 1
FORBIDDEN = -1
CHUNK, WIDE = 1 << 16, 1 << 12  # pairs worked out together: what the cache holds


@dataclass(frozen=True)
class Scores:
    """What the solver and the explanations look at; person i is the i-th by id.

    people: n of them. met (n, n): bit k of entry (i, j) says that j meets i's wish for the
    k-th aspect, the bit above that j's country is new to i, who comes back. minutes (n, n):
    awake together. allowed (n, n): who may be paired. table (n, combinations): what each
    combination of bits is worth to a person. weights (n, n): what a pair is worth, or -1.
    half_hour: what each step of hours awake together is worth, half an hour or as many
    minutes as `hours_step` says; least_hours: steps that any two people of two countries have,
    and that are therefore not counted. left_to_draw: levels for which there was no room.
    earlier: the pairs of an earlier proposal; kept_pair: what each is worth.
    """

    people: tuple[Person, ...]
    allowed: Bools
    met: Combinations
    minutes: Ints
    table: Ints
    weights: Ints
    half_hour: int
    least_hours: int
    hours_step: int
    left_to_draw: tuple[str, ...]
    earlier: PairSet
    kept_pair: int

    def hours_worth(self, minutes: Ints) -> Ints:
        return (minutes // self.hours_step - self.least_hours) * self.half_hour

    def kept_worth(self, i: Ints, j: Ints) -> Ints:
        """What it adds to pairs (i, j) that they have been proposed before."""
        return np.asarray(self.earlier.has(i, j) * self.kept_pair)


def score(problem: Problem) -> Scores:
    """Weigh every pair of a problem. ValueError when a pin breaks a rule."""
    scoring = Scoring(problem)
    everybody = np.arange(scoring.n)
    weights = scoring.block(slice(None), slice(None))
    return Scores(
        people=scoring.people,
        allowed=weights >= 0,
        met=scoring.met(everybody[:, None], everybody),
        minutes=scoring.minutes(everybody[:, None], everybody),
        table=scoring.table[scoring.kind],
        weights=weights,
        half_hour=scoring.units.of["hours"],
        least_hours=scoring.least_hours,
        hours_step=scoring.units.hours_step,
        left_to_draw=scoring.units.left_to_draw,
        earlier=scoring.earlier,
        kept_pair=scoring.units.of[KEPT],
    )


class Scoring:
    """What every pair of a problem is worth, worked out on demand.

    It keeps a few numbers a person, and nothing for each pair. `block` answers for slices of
    people, all other methods for any arrays i and j of people's places (by id) that
    broadcast: one pair, a list of pairs, a row, or a block as i[:, None] and j.
    ValueError when a pin breaks a rule.
    """

    def __init__(self, problem: Problem) -> None:
        people = self.people = problem.ordered()
        self.n = len(people)
        self.clocks = Clocks([p.zone for p in people], problem.starts, problem.ends)
        self.wishes = Wishes(people, self.clocks)
        self._read_rules(problem)
        self._set_levels(problem)
        self._check_pins(problem)

    # --- What callers use -------------------------------------------------

    def block(self, rows: slice, cols: slice) -> Ints:
        """What each pair of a person in `rows` with one in `cols` is worth; -1: never."""
        i, j = np.arange(self.n)[rows], np.arange(self.n)[cols]
        worth = np.empty((len(i), len(j)), dtype=np.int64)
        for some, others in _tiles(len(i), len(j)):
            worth[some, others] = self._worth(i[some, None], j[others])
        kept = self.earlier.within(i, j)
        worth[kept] += np.where(worth[kept] >= 0, self.units.of[KEPT], 0)
        worth[self.apart.within(i, j)] = FORBIDDEN
        return worth

    def worth(self, i: Ints, j: Ints) -> Ints:
        """What pairs are worth; -1: never."""
        worth = self._worth(i, j)
        worth += self.units.of[KEPT] * (self.earlier.has(i, j) & (worth >= 0))
        return np.where(self.apart.has(i, j), FORBIDDEN, worth)

    def allowed(self, i: Ints, j: Ints) -> Bools:
        """Who may be paired."""
        return np.asarray(self.worth(i, j) >= 0)

    def met(self, i: Ints, j: Ints) -> Combinations:
        """Which wishes of people i are met by people j, as bits; the highest: a new country."""
        return self.wishes.met(i, j)

    def minutes(self, i: Ints, j: Ints) -> Ints:
        """Minutes a day awake together."""
        return self.clocks.shared(i, j)

    def worth_to(self, i: Ints, bits: Combinations) -> Ints:
        """What combinations of bits, as `met` has them, are worth to people i."""
        return np.asarray(self.table.take(self.first[i] + bits))

    def hours_worth(self, minutes: Ints) -> Ints:
        """What so many minutes a day awake together are worth."""
        steps = minutes // self.units.hours_step - self.least_hours
        return steps * self.units.of["hours"]

    # --- How it is prepared -----------------------------------------------

    def _read_rules(self, problem: Problem) -> None:
        people = self.people
        self.place = {person.id: k for k, person in enumerate(people)}
        _, country = np.unique([p.country for p in people], return_inverse=True)
        self.country = country.astype(np.int64)
        languages = [person.languages for person in people]
        self.languages = Shared(languages, languages)
        self.apart = PairSet(self.n, self._pairs(problem.apart))
        self.earlier = PairSet(self.n, self._pairs(problem.earlier))
        self.pin = np.zeros(self.n, dtype=np.int64)  # who shares a number is pinned
        for number, pinned in enumerate(self._places(problem.together), start=1):
            self.pin[pinned] = number

    def _places(self, groups: Collection[frozenset[int]]) -> list[list[int]]:
        """Groups of ids as places, without those with people who are not here."""
        here = [group for group in groups if group <= self.place.keys()]
        return sorted(sorted(self.place[id] for id in group) for group in here)

    def _pairs(self, pairs: Collection[frozenset[int]]) -> list[tuple[int, int]]:
        return [(i, j) for i, j in self._places(pairs)]

    def _set_levels(self, problem: Problem) -> None:
        unlucky = np.array([person.unlucky for person in self.people], dtype=np.bool_)
        kinds, self.kind = np.unique(
            np.column_stack([self.wishes.strengths, unlucky]),
            axis=0,
            return_inverse=True,
        )
        digits = person_digits(kinds[:, :-1], kinds[:, -1] > 0)
        best = self._reachable()
        most = {
            name: Most(2 * int(digit.max(initial=0)), int(digit[self.kind, best].sum()))
            for name, digit in digits.items()
        }
        most[KEPT] = Most(1, len(self.earlier))
        least, longest = self._span()

        def hours(step: int) -> Most:
            steps = longest // step - least // step
            return Most(steps, steps * (self.n // 2))

        self.units = units(problem.levels, most, hours, problem.keep_before)
        self.least_hours = least // self.units.hours_step
        self.table = sum(
            (digits[name] * self.units.of[name] for name in digits),
            start=np.zeros((len(kinds), 2 * NEW_COUNTRY), dtype=np.int64),
        )
        self.first = self.kind * self.table.shape[1]  # where a person's row begins
        self.awake_worth = self.hours_worth(self.clocks.table)

    def _check_pins(self, problem: Problem) -> None:
        """Three who are pinned need no more: an odd part of its own becomes a group."""
        for pinned in self._places(problem.together):
            people = [self.people[place] for place in pinned]
            ids = [person.id for person in people]
            first, second = np.array([*combinations(pinned, 2)]).T
            if not self.allowed(first, second).all():
                raise ValueError(
                    f"People {ids} are pinned together, but may not be paired."
                )
            if len(people) == 3 and not all(one.accepts_three for one in people):
                raise ValueError(
                    f"People {ids} are pinned, but not all accept a group of three."
                )

    def _span(self) -> tuple[int, int]:
        """The fewest and the most minutes that two people of two countries share."""
        zones = self.clocks.table.shape[0]
        low, high = np.full(zones, self.n), np.full(zones, -1)
        np.minimum.at(low, self.clocks.of, self.country)
        np.maximum.at(high, self.clocks.of, self.country)
        # Only where all people of two zones are of one country do these four agree.
        abroad = (low[:, None] != high) | (high[:, None] != low)
        minutes = self.clocks.table[abroad]
        return (int(minutes.min()), int(minutes.max())) if abroad.any() else (0, 0)

    def _reachable(self) -> NDArray[np.intp]:
        """(n,): all bits that partners could together give a person, by the rules for all.

        Who can have all they ask for is soon found out, and not looked at any longer.
        """
        asked = self.wishes.asked
        found = np.zeros_like(asked)
        start = 0
        while start < self.n and len(left := np.flatnonzero(found != asked)):
            stop = start + max(1, CHUNK // len(left))
            i, j = left[:, None], np.arange(start, min(stop, self.n))
            mine = self.met(i, j)
            fit = self._fit(i, j, mine, self.met(j, i))
            found[left] |= np.bitwise_or.reduce(mine * fit, axis=1)
            start = stop
        return found.astype(np.intp)

    # --- How pairs are weighed --------------------------------------------

    def _fit(self, i: Ints, j: Ints, mine: Combinations, theirs: Combinations) -> Bools:
        """Two countries, a shared language, and nobody's must broken."""
        abroad = self.country[i] != self.country[j]
        respected = self.wishes.respected(i, mine) & self.wishes.respected(j, theirs)
        return np.asarray(self.languages(i, j) & abroad & respected)

    def _worth(self, i: Ints, j: Ints) -> Ints:
        """What pairs are worth, if nobody keeps them apart."""
        mine, theirs = self.met(i, j), self.met(j, i)
        fit = self._fit(i, j, mine, theirs) & (self.pin[i] == self.pin[j])
        worth = self.worth_to(i, mine) + self.worth_to(j, theirs)
        worth += self.clocks.shared(i, j, self.awake_worth)
        return np.where(fit, worth, FORBIDDEN)


def _tiles(rows: int, cols: int) -> Iterator[tuple[slice, slice]]:
    """A block in tiles of about CHUNK pairs."""
    step = max(1, CHUNK // max(1, min(cols, WIDE)))
    for row in range(0, rows, step):
        for col in range(0, cols, WIDE):
            yield slice(row, row + step), slice(col, col + WIDE)


def reachable(met: Combinations, allowed: Bools) -> NDArray[np.intp]:
    """(n,): all bits that any allowed partners together could give a person."""
    bits = np.bitwise_or.reduce(np.where(allowed, met, 0), axis=1)
    return np.asarray(bits, dtype=np.intp)
