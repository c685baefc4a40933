"""How well any two people fit: which wishes they meet, and what that is worth.

The worth of a pair is one integer whose digits are the levels, the most important first.
Each digit's base exceeds all that the lower levels could ever add up to in one matching,
so the greatest sum decides level by level (positional, or "big M", scalarisation of a
lexicographic problem: Sherali and Soyster, Preemptive and nonpreemptive multi-objective
programming, JOTA 39, 1983).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matching.engine.aspects import ASPECTS, shared
from matching.engine.hours import awake_together
from matching.engine.problem import STRENGTHS, Person, Problem

# The k-th met wish of a person counts 12, 6, 4, ... times its strength, so that a third
# "must" (4 x 4) stays below a first "nice" (2 x 12).
RETURNS = (12, 6, 4, 3, 2, 2, 2)
NEW_COUNTRY = 1 << 7  # the bit beside those of the seven aspects
FORBIDDEN = -1
MOST = 1 << 57  # beyond it, sums of prices could leave 64 bits


@dataclass(frozen=True)
class Scores:
    """What the solver and the explanations look at; person i is the i-th by id.

    people: n of them. met (n, n) uint8: bit k of entry (i, j) says that j meets i's wish
    for the k-th aspect, bit 7 that j's country is new to i, who comes back. minutes (n, n):
    awake together. allowed (n, n): who may be paired. table (n, 256): what each combination
    of bits is worth to a person. weights (n, n): what a pair is worth, or -1.
    half_hour: what half an hour awake together is worth; least_hours: half hours that
    every allowed pair has, and that are therefore not counted.
    """

    people: tuple[Person, ...]
    allowed: NDArray[np.bool_]
    met: NDArray[np.uint8]
    minutes: NDArray[np.int64]
    table: NDArray[np.int64]
    weights: NDArray[np.int64]
    half_hour: int
    least_hours: int

    def hours_worth(self, minutes: NDArray[np.int64]) -> NDArray[np.int64]:
        return (minutes // 30 - self.least_hours) * self.half_hour


def score(problem: Problem) -> Scores:
    """Weigh every pair of a problem. ValueError when a pin breaks a rule."""
    people = problem.ordered()
    zones = [person.zone for person in people]
    minutes = (
        awake_together(zones, problem.starts, problem.ends)
        if people
        else np.zeros((0, 0), dtype=np.int64)
    )
    met, broken = _met(people, minutes)
    allowed = _allowed(problem, people, broken)
    least_hours = int(minutes[allowed].min()) // 30 if allowed.any() else 0
    half_hours = np.where(allowed, minutes // 30 - least_hours, 0)
    digits = _digits(people)
    units = _units(
        problem.levels, digits, reachable(met, allowed), int(half_hours.max(initial=0))
    )
    table = sum(
        (digits[level] * units[level] for level in digits),
        start=np.zeros((len(people), 256), dtype=np.int64),
    )
    one_way = np.take_along_axis(table, met.astype(np.intp), axis=1)
    weights = one_way + one_way.T + half_hours * units["hours"]
    weights[~allowed] = FORBIDDEN
    return Scores(
        people, allowed, met, minutes, table, weights, units["hours"], least_hours
    )


def _met(
    people: Sequence[Person], minutes: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The bits of met wishes and new countries, and where a *must* is broken."""
    n = len(people)
    met = np.zeros((n, n), dtype=np.uint8)
    broken = np.zeros((n, n), dtype=np.bool_)
    for bit, (name, aspect) in enumerate(ASPECTS.items()):
        wishes = [
            next((wish for wish in person.wishes if wish.aspect == name), None)
            for person in people
        ]
        if not any(wishes):
            continue
        meets = aspect.meets(wishes, people, minutes)
        met |= meets.astype(np.uint8) << bit
        musts = np.array(
            [wish is not None and wish.strength == "must" for wish in wishes]
        )
        broken |= musts[:, None] & ~meets
    known = shared([person.past_countries for person in people], _countries(people))
    comes_back = np.array(
        [bool(person.past_countries) for person in people], dtype=np.bool_
    )
    met |= (comes_back[:, None] & ~known) * np.uint8(NEW_COUNTRY)
    return met, broken


def _countries(people: Sequence[Person]) -> list[frozenset[str]]:
    return [frozenset({person.country}) for person in people]


def _allowed(
    problem: Problem, people: Sequence[Person], broken: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Who may be paired, by the rules; a pinned person only with their pin."""
    languages = [person.languages for person in people]
    same_country = shared(_countries(people), _countries(people))
    allowed = shared(languages, languages) & ~same_country & ~broken & ~broken.T
    index = {person.id: k for k, person in enumerate(people)}
    for pair in problem.apart:
        if pair <= index.keys():
            i, j = (index[person] for person in pair)
            allowed[i, j] = allowed[j, i] = False
    for pair in problem.together:
        if not pair <= index.keys():
            continue
        i, j = (index[person] for person in pair)
        if not allowed[i, j]:
            raise ValueError(
                f"People {sorted(pair)} are pinned together, but may not be paired."
            )
        allowed[[i, j], :] = allowed[:, [i, j]] = False
        allowed[i, j] = allowed[j, i] = True
    return allowed


def reachable(met: NDArray[np.uint8], allowed: NDArray[np.bool_]) -> NDArray[np.intp]:
    """(n,): all bits that any allowed partners together could give a person."""
    bits = np.bitwise_or.reduce(np.where(allowed, met, 0), axis=1)
    return np.asarray(bits, dtype=np.intp)


@cache
def _shares(strengths: tuple[int, ...]) -> NDArray[np.int64]:
    """(256,): what each combination of met wishes is worth to somebody with these strengths.

    `strengths` has one entry an aspect, 0 where there is no wish.
    """
    shares = np.zeros(256, dtype=np.int64)
    for bits in range(128):
        got = sorted(
            (s for k, s in enumerate(strengths) if bits >> k & 1), reverse=True
        )
        shares[bits] = shares[bits | NEW_COUNTRY] = sum(map(int.__mul__, got, RETURNS))
    return shares


def _digits(people: Sequence[Person]) -> dict[str, NDArray[np.int64]]:
    """By level, (n, 256): what each combination of bits counts for each person."""
    order = {name: k for k, name in enumerate(ASPECTS)}
    strengths = np.zeros((len(people), len(order)), dtype=np.int64)
    for row, person in enumerate(people):
        for wish in person.wishes:
            strengths[row, order[wish.aspect]] = STRENGTHS[wish.strength]
    shares = np.array(
        [_shares(tuple(row)) for row in strengths.tolist()], dtype=np.int64
    )
    shares = shares.reshape(len(people), 256)
    content = (shares > 0) | (strengths.sum(axis=1) == 0)[:, None]
    unlucky = np.array([person.unlucky for person in people], dtype=np.int64)
    new = np.arange(256) & NEW_COUNTRY > 0
    return {
        "none_met": (shares > 0).astype(np.int64),
        "bad_luck": content * unlucky[:, None],
        "wishes": shares,
        "new_countries": np.broadcast_to(new, shares.shape).astype(np.int64),
    }


def _units(
    levels: Sequence[str],
    digits: dict[str, NDArray[np.int64]],
    reachable: NDArray[np.intp],
    most_half_hours: int,
) -> dict[str, int]:
    """What one step of each level is worth: more than all lower levels together can be."""
    n = len(reachable)
    most = {
        level: int(digit[np.arange(n), reachable].sum())
        for level, digit in digits.items()
    }
    most["hours"] = most_half_hours * (n // 2)
    units, unit = {}, 1
    for level in reversed(levels):
        units[level] = unit
        unit *= most[level] + 1
    if unit > MOST:
        raise ValueError(
            f"{n} people are too many to keep the levels apart in 64 bits."
        )
    return units
