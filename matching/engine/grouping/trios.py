"""Groups of three that can be formed, and what each promises."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.scoring.scores import Scores, reachable
from matching.engine.solution import Certificate
from matching.engine.solving.weights import Ints

Trio = tuple[int, int, int]
Bools = NDArray[np.bool_]
Found = Ints  # (m, 4): a surplus, and the three people of the group
LEAST = int(np.iinfo(np.int64).min) // 4
LIKELY = 12  # possible partners of each person who are looked at first


@dataclass(frozen=True, order=True)
class Promise:
    """A group of three (by index), and what choosing it adds to the bound, on the prices' scale."""

    surplus: int
    trio: Trio


class Trios:
    """The groups of three that may save somebody from an empty chair.

    Prices and odd sets bound every matching of those who are not `gone`: `chair` among them,
    which a group of three makes needless. Taken out, the group gives back its prices, and an
    odd set its price for each two inside of the group and the chair. So no matching with this
    group is worth more than `bound` says. Odd sets nest or are apart: hence of the ways to
    pair these four, one counts every such two.
    """

    def __init__(
        self,
        scores: Scores,
        certificate: Certificate,
        gone: Collection[int],
        chair: int,
        barrier: Collection[int],
    ) -> None:
        self.scores = scores
        self.scale = certificate.scale
        self.base = certificate.total - sum(certificate.prices[k] for k in gone)
        n = len(scores.people)
        self.prices = np.array(certificate.prices[:n], dtype=np.int64)
        self.shared, self.beside = _odd_sets(certificate, n, chair)
        self.partners = _partners(scores, gone, barrier)
        self._set_hopes()

    def bound(self, promise: Promise) -> int:
        """What no matching with this group is worth more than, all others in pairs."""
        return (self.base + promise.surplus) // self.scale

    def least(self, value: int) -> int:
        """The surplus from which on a group's bound is at least `value`."""
        return max(LEAST, value * self.scale - self.base)

    def best(self, most: int, least: int = LEAST) -> list[Promise]:
        """The `most` most promising groups of at least this surplus, best first.

        Where there are more, those left out promise less than one step of the worth more
        than the last.
        """
        found, fresh = self._likely(most, least), list[Found]()
        for place in range(len(self.people)):
            if sum(len(some) for some in fresh) > most:
                found, fresh = _top(most, [found, *fresh]), []
            if len(found) == most:
                least = max(least, int(found[-1, 0]) + self.scale)
            if self.hopes[place : place + 3].sum() < least:
                break  # nobody further on can do better
            fresh.append(self._from(place, most, least))
        best = _top(most, [found, *fresh]).tolist()
        return [Promise(surplus, (a, b, c)) for surplus, a, b, c in best]

    # --- What nobody can exceed -------------------------------------------

    def _set_hopes(self) -> None:
        """By person, by pair: bounds of the surplus of any group with them.

        No group gives a person more than all wishes that allowed partners meet and half of
        each pair kept, nor more hours than two of the three have.
        """
        scores = self.scores
        met = reachable(scores.met, scores.allowed)
        self.most = scores.table[np.arange(len(met)), met]
        own = self.most * self.scale - self.prices
        own += _kept(scores) * (self.scale // 2)
        hours = scores.hours_worth(scores.minutes) * self.scale
        longest = np.where(self.partners, hours, 0).max(axis=1, initial=0)
        hopes = own + (longest + 2) // 3
        order = np.argsort(-hopes, kind="stable")
        self.people = order[self.partners[order].any(axis=1)]
        self.hopes = hopes[self.people]
        self.pair = own[:, None] + own + hours - self.shared
        self.third = own - self.beside  # of whoever comes to a pair

    def _likely(self, most: int, least: int) -> Found:
        """Everybody with two of the few who look best beside them: something to begin with."""
        hope = np.where(self.partners, self.pair + self.third, LEAST)
        best = np.argpartition(-hope, min(LIKELY, len(hope)) - 1, axis=1)[:, :LIKELY]
        one, other = np.triu_indices(best.shape[1], 1)
        a = np.repeat(np.arange(len(hope)), len(one))
        b, c = best[:, one].ravel(), best[:, other].ravel()
        here = self.partners[a, b] & self.partners[a, c] & self.partners[b, c]
        found = self._found(a[here], b[here], c[here], 3 * most, least)
        return _top(most, [found])

    def _from(self, place: int, most: int, least: int) -> Found:
        """The best groups of the person at this place with two of those further on."""
        a, others = self.people[place], self.people[place + 1 :]
        others = others[self.partners[a, others]]
        most_of_third = self.third[others].max(initial=LEAST)
        others = others[self.pair[a, others] + most_of_third >= least]
        mine, third = self.pair[a, others], self.third[others]
        near = (third >= least - mine[:, None]) & (mine >= least - third[:, None])
        rows, columns = np.nonzero(np.triu(near, 1))
        b, c = others[rows], others[columns]
        near = self.partners[b, c] & (self.pair[b, c] + self.third[a] >= least)
        b, c = b[near], c[near]
        lost = self.most[a] - _share(self.scores, np.full_like(b, a), b, c)
        hope = self.pair[a, b] + self.third[c]
        near = hope - lost * self.scale >= least
        b, c = b[near], c[near]
        return self._found(np.full_like(b, a), b, c, most, least)

    def _found(self, a: Ints, b: Ints, c: Ints, most: int, least: int) -> Found:
        """The best of these groups above `least`."""
        surplus = self._surplus(a, b, c)
        keep = np.flatnonzero(surplus >= least)
        if len(keep) > most:
            keep = keep[np.argpartition(-surplus[keep], most - 1)[:most]]
        trios = np.sort(np.column_stack([a, b, c])[keep], axis=1)
        return np.column_stack([surplus[keep], trios])

    def _surplus(self, a: Ints, b: Ints, c: Ints) -> Ints:
        paid = self.shared[a, b] + self.beside[c]
        for two, one in (((a, c), b), ((b, c), a)):
            paid = np.maximum(paid, self.shared[two] + self.beside[one])
        prices = self.prices[a] + self.prices[b] + self.prices[c]
        return np.asarray(worth(self.scores, a, b, c) * self.scale - prices - paid)


def _top(most: int, found: Sequence[Found]) -> Found:
    """The best of all these groups, each once, the most promising first."""
    every = np.unique(np.concatenate(found), axis=0)
    return every[np.lexsort((*every.T[:0:-1], -every[:, 0]))][:most]


def worth(scores: Scores, a: Ints, b: Ints, c: Ints) -> Ints:
    """What groups are worth: wishes met by either partner, hours when all are awake.

    And each pair that an earlier proposal had.
    """
    awake = np.minimum(scores.minutes[a, b], scores.minutes[a, c])
    awake = np.minimum(awake, scores.minutes[b, c])
    value = scores.hours_worth(awake)
    for me, one, other in ((a, b, c), (b, c, a), (c, a, b)):
        value = value + _share(scores, me, one, other) + scores.kept_worth(me, one)
    return value


def _share(scores: Scores, me: Ints, one: Ints, other: Ints) -> Ints:
    """What two partners together are worth to somebody."""
    met = scores.met[me, one] | scores.met[me, other]
    return np.asarray(scores.table[me, met])


def _kept(scores: Scores) -> Ints:
    """(n,): what it adds to the pairs of each person to have been in an earlier proposal."""
    known = np.arange(scores.earlier.n)
    people, _ = scores.earlier.within(known, known)
    return np.bincount(people, minlength=len(scores.people)) * scores.kept_pair


def _odd_sets(certificate: Certificate, n: int, chair: int) -> tuple[Ints, Ints]:
    """What odd sets are paid for each two people (n, n), and for each beside the chair (n,)."""
    shared = np.zeros((n + 1, n + 1), dtype=np.int64)
    for members, price in certificate.odd_sets:
        inside = [min(k, n) for k in members if k < n or k == chair]
        shared[np.ix_(inside, inside)] += price
    return shared[:n, :n], shared[n, :n]


def _partners(scores: Scores, gone: Collection[int], barrier: Collection[int]) -> Bools:
    """(n, n): who may be in a group of three that saves somebody.

    That can only be inside one odd part behind the barrier: its even rest then pairs up. Taken
    from anywhere else, three people leave at least as many odd parts to stay without.
    """
    n = len(scores.people)
    closed = [*barrier, *(k for k in gone if k < n)]
    allowed = scores.allowed.copy()
    allowed[closed, :] = allowed[:, closed] = False
    parts = connected(allowed)
    odd = np.bincount(parts, minlength=n)[parts] % 2 == 1
    willing = odd & np.array([p.accepts_three for p in scores.people], dtype=np.bool_)
    return np.asarray(allowed & willing & willing[:, None])


def connected(allowed: Bools) -> NDArray[np.int32]:
    """(n,): the number of the connected part in which each person is."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    _, parts = connected_components(csr_array(allowed), directed=False)
    return np.asarray(parts)
