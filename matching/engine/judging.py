"""How good a matching is that somebody made by hand, and what would make it better.

    judgement = judge(problem, [(1, 2), (3, 4, 5)])

It is held against the best matching, level by level: one number for all levels together would
be decided by the first of them. Then every exchange between two pairs is tried out (the
2-opt neighbourhood: Croes, A method for solving traveling-salesman problems, Operations
Research 6, 1958).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from matching.engine.grouping.groups import best_groups
from matching.engine.problem import STRENGTHS, Problem
from matching.engine.scoring.aspects import ASPECTS
from matching.engine.scoring.levels import KEPT, digits_of, person_digits
from matching.engine.scoring.scores import FORBIDDEN, Scores, score
from matching.engine.scoring.violations import BITS, Violation, violations
from matching.engine.solving.weights import Ints

MATCHED = "matched"
HALF_HOUR = 30
Group = tuple[int, ...]


@dataclass(frozen=True)
class Level:
    """What a matching adds up to at one level, and what the best matching does.

    Counted as docs/how-we-match.md has it: MATCHED people with a partner, "none_met" people
    with a wish met, "half_met" with half of theirs, "wishes" shares, "hours" half hours a day,
    and so on. Below the first level that differs, a worse matching may reach more than the best.
    """

    name: str
    reached: int
    best: int

    @property
    def share(self) -> float:
        return self.reached / self.best if self.best else 1.0


@dataclass(frozen=True)
class Swap:
    """An exchange that makes a matching better, as ids; a group of one is somebody left over.

    `gains`: by level, what becomes more or less. `people`: (id, gain) of each whose share of
    the wishes changes.
    """

    before: tuple[Group, ...]
    after: tuple[Group, ...]
    gains: Mapping[str, int]
    people: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Judgement:
    """How good groups are; only those that break no rule count.

    `value` is what they are worth; no groups are worth more than `bound`. No person is in two
    of the swaps, so that all can be made and their gains add up.
    """

    violations: tuple[Violation, ...]
    levels: tuple[Level, ...]
    value: int
    bound: int
    swaps: tuple[Swap, ...]


def judge(
    problem: Problem, groups: Sequence[Collection[int]], top: int = 10
) -> Judgement:
    """Judge groups of two or three ids; at most `top` swaps, those that gain most first.

    A swap exchanges the partners of two pairs, or puts somebody left over into a pair. It may
    begin with pairs that break a rule, and ends with pairs that break none; groups of three stay.
    ValueError when a pin breaks a rule.
    """
    scores = score(problem)
    found = tuple(violations(problem, scores, groups))
    broken = {violation.group for violation in found}
    index = {person.id: k for k, person in enumerate(scores.people)}
    whole = [
        tuple(sorted(index[id] for id in group))
        for place, group in enumerate(groups)
        if place not in broken
    ]
    best = best_groups(scores, problem.seed)
    sums = _Sums(scores, digits_of(problem.levels, problem.keep_before))
    mine, theirs = sums.of(whole), sums.of(best.groups)
    pairs = _pairs(index, groups, whole)
    return Judgement(
        violations=found,
        levels=tuple(Level(name, mine[name], theirs[name]) for name in sums.names),
        value=sum(_worth(scores, group) for group in whole),
        bound=best.bound,
        swaps=tuple(_swap(sums, *two) for two in _exchanges(scores, pairs, top)),
    )


class _Sums:
    """What groups (by index) add up to, level by level."""

    def __init__(self, scores: Scores, digits: Iterable[str]) -> None:
        self.scores = scores
        self.names = [MATCHED, *digits]
        strengths = np.zeros((len(scores.people), len(ASPECTS)), dtype=np.int64)
        for row, person in zip(strengths, scores.people, strict=True):
            for wish in person.wishes:
                row[BITS[wish.aspect]] = STRENGTHS[wish.strength]
        unlucky = np.array([p.unlucky for p in scores.people], dtype=np.bool_)
        self.digits = person_digits(strengths, unlucky)

    def of(self, groups: Iterable[Group]) -> Counter[str]:
        total: Counter[str] = Counter()
        for group in groups:
            if self.stands(group):
                total[MATCHED] += len(group)
                total[KEPT] += _kept(self.scores, group)
                total["hours"] += _minutes(self.scores, group) // HALF_HOUR
                for person in group:
                    total.update(self.counts(person, group))
        return total

    def counts(self, person: int, group: Group) -> dict[str, int]:
        """What one person's place in a group counts, hours aside."""
        bits = _bits(self.scores, person, group)
        return {name: int(digit[person, bits]) for name, digit in self.digits.items()}

    def share(self, person: int, groups: Iterable[Group]) -> int:
        [group] = (group for group in groups if person in group)
        return self.counts(person, group)["wishes"] if self.stands(group) else 0

    def stands(self, group: Group) -> bool:
        """Whether nobody in it is left over, or paired against a rule."""
        allowed = self.scores.allowed
        return len(group) > 1 and all(allowed[two] for two in combinations(group, 2))


def _bits(scores: Scores, person: int, group: Group) -> int:
    """Which wishes of a person the others of a group meet together."""
    others = [other for other in group if other != person]
    return int(np.bitwise_or.reduce(scores.met[person, others]))


def _minutes(scores: Scores, group: Group) -> int:
    return min(int(scores.minutes[two]) for two in combinations(group, 2))


def _kept(scores: Scores, group: Group) -> int:
    """How many of its pairs are of the earlier proposal."""
    first, second = np.array([*combinations(group, 2)]).T
    return int(scores.earlier.has(first, second).sum())


def _worth(scores: Scores, group: Group) -> int:
    if len(group) == 2:
        return int(scores.weights[group])
    awake = np.array(_minutes(scores, group), dtype=np.int64)
    worths = (scores.table[person, _bits(scores, person, group)] for person in group)
    kept = _kept(scores, group) * scores.kept_pair
    return sum(map(int, worths)) + int(scores.hours_worth(awake)) + kept


def _pairs(
    index: Mapping[int, int], groups: Sequence[Collection[int]], whole: Sequence[Group]
) -> Ints:
    """(m, 2): pairs by index, those that break rules too; who is left over sits by a chair.

    The empty chair comes after the people.
    """
    pairs: list[Group] = [group for group in whole if len(group) == 2]
    free = set(index.values()).difference(*whole)
    for group in groups:
        two = tuple(index[id] for id in group if id in index)
        if len(group) == 2 and len(free.intersection(two)) == 2:
            pairs.append(two)
            free.difference_update(two)
    pairs += [(person, len(index)) for person in sorted(free)]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _exchanges(
    scores: Scores, pairs: Ints, top: int
) -> Iterator[tuple[list[Group], list[Group]]]:
    """The best exchanges, (before, after) by index, no pair in two of them."""
    touched: set[int] = set()
    chair = len(scores.people)
    for i, j, *new in _better(scores, pairs).tolist():
        if len(touched) >= 2 * top:
            return
        if not touched & {i, j}:
            touched |= {i, j}
            before = _without(chair, pairs[[i, j]].tolist())
            yield before, _without(chair, [new[:2], new[2:]])


def _without(chair: int, pairs: Iterable[list[int]]) -> list[Group]:
    groups = (tuple(sorted({*pair} - {chair})) for pair in pairs)
    return sorted(group for group in groups if group)


def _better(scores: Scores, pairs: Ints) -> Ints:
    """(k, 6): two pairs, by place, and the people of the two that would be better.

    Those that find a partner for more people come first, then those worth more.
    """
    worth = np.pad(scores.weights, (0, 1), constant_values=FORBIDDEN)
    possible = worth >= 0
    possible[-1] = possible[:, -1] = True  # anybody may sit by the empty chair
    first, second = pairs.T
    now = worth[first, second]
    found = []
    for one, other in ((first, second), (second, first)):
        here, there = worth[np.ix_(first, one)], worth[np.ix_(second, other)]
        more = np.add(here >= 0, there >= 0, dtype=np.int64)
        more -= np.add.outer(now >= 0, now >= 0, dtype=np.int64)
        gain = np.maximum(here, 0) + np.maximum(there, 0)
        gain -= np.add.outer(np.maximum(now, 0), np.maximum(now, 0))
        better = (more > 0) | ((more == 0) & (gain > 0))
        better &= possible[np.ix_(first, one)] & possible[np.ix_(second, other)]
        i, j = np.nonzero(np.triu(better, 1))
        new = (first[i], one[j], second[i], other[j])
        found.append(np.column_stack([-more[i, j], -gain[i, j], i, j, *new]))
    exchanges = np.concatenate(found)
    return exchanges[np.lexsort(exchanges.T[::-1])][:, 2:]


def _swap(sums: _Sums, before: list[Group], after: list[Group]) -> Swap:
    ids = [person.id for person in sums.scores.people]
    now, then = sums.of(before), sums.of(after)
    gains = {name: then[name] - now[name] for name in sums.names}
    shares = {
        ids[person]: sums.share(person, after) - sums.share(person, before)
        for group in before
        for person in group
    }
    return Swap(
        before=tuple(tuple(ids[k] for k in group) for group in before),
        after=tuple(tuple(ids[k] for k in group) for group in after),
        gains={name: gain for name, gain in gains.items() if gain},
        people=tuple((id, gain) for id, gain in sorted(shares.items()) if gain),
    )
