"""The same algorithm where nearly everybody may be paired with everybody.

One tree at a time, as in `blossom`; but what an outer vertex sees is looked at in whole rows,
and the next event is found as in Dijkstra's algorithm: for each vertex outside, when the tree
will reach it; for each outer vertex, when it will meet another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Self

import numpy as np

from matching.engine.solving.blossom import (
    INNER,
    NOBODY,
    OUTER,
    OUTSIDE,
    Blossoms,
    NoCompleteMatching,
)
from matching.engine.solving.weights import Ints

FORBIDDEN = -(1 << 62)  # doubled worth of what may not be: it is never tight
NEVER = 1 << 61
LATEST = 1 << 59  # prices that move further could leave 64 bits


class DenseBlossoms(Blossoms):
    """The state of the algorithm on n vertices with a matrix.

    `worth` (n, n): doubled and symmetric, FORBIDDEN on the diagonal; it is not copied. `prices`
    and `mate` as in `Blossoms`. Worths and prices stay below 2**59 in size, so that no sum leaves 64
    bits; OverflowError where a price would have to move further than that.
    """

    def __init__(self, worth: Ints, prices: Sequence[int], mate: Sequence[int]) -> None:
        super().__init__((), prices, mate)
        self.worth = worth
        # Prices as they were, or would have been, at time 0: those of outer vertices fall.
        self.level = np.array(self.price, dtype=np.int64)
        self.labels = np.full(self.n, OUTSIDE)
        self._forget_events()

    def copy(self) -> Self:
        """The same state between two trees, free to go another way; the matrix is shared."""
        other = copy(self)
        for name, value in vars(self).items():
            # One level deep is enough: what the lists hold is never changed in place.
            if name != "worth" and isinstance(value, list | np.ndarray):
                setattr(other, name, value.copy())
        other.labelled = {}
        return other

    def reprice(self, vertex: int) -> None:
        """The lowest price of a vertex in no odd set that covers all its edges."""
        open_ = self.worth[vertex] != FORBIDDEN
        if not open_.any():
            raise NoCompleteMatching
        self.price[vertex] = int((self.worth[vertex] - self.level)[open_].max())
        self.level[vertex] = self.price[vertex]

    def release(self, vertex: int) -> None:
        super().release(vertex)
        self.level[:] = self.price[: self.n]

    def enclose(self, members: Sequence[int], price: int) -> None:
        """Make an odd set of tight edges one blossom of this price, which its members give up.

        All but one are paired inside; smaller sets come first. Growing a tree from that one
        shrinks everything into one node, since the set was a blossom once.
        """
        inside = set(members)
        [base] = (vertex for vertex in members if self.mate[vertex] not in inside)
        self.labels[:] = INNER  # nobody else is looked at
        self.labels[list(members)] = OUTSIDE
        self._begin_tree(base)
        while len(self.members[self.top[base]]) < len(members):
            self._step()
        self.labels[:] = OUTSIDE
        self.price[self.top[base]] = price
        self._end_tree()
        for vertex in members:
            self.price[vertex] -= price // 2
        self.level[:] = self.price[: self.n]

    # --- Prices and labels, in rows ---------------------------------------

    def _vertex_price(self, vertex: int) -> int:
        return int(self.level[vertex] + self.label[self.top[vertex]] * self.now)

    def _slack(self, i: int, j: int) -> int:
        return self._vertex_price(i) + self._vertex_price(j) - int(self.worth[i, j])

    def _put_label(self, node: int, label: int) -> None:
        super()._put_label(node, label)
        members = self._members(node)
        self.level[members] -= label * self.now
        self.labels[members] = label
        self.reached_at[members] = NEVER

    def _settle(self, node: int) -> None:
        moved = self.label[node] * (self.now - self.since[node])
        self.since[node] = self.now
        if node >= self.n:
            self.price[node] -= 2 * moved
        members = self._members(node)
        self.level[members] += self.label[node] * self.now
        self.labels[members] = OUTSIDE

    def _members(self, node: int) -> Ints | int:
        """The vertices of a node, to index arrays."""
        return np.array(self.members[node]) if node >= self.n else node

    # --- Events -----------------------------------------------------------

    def _forget_events(self) -> None:
        self.reached_at = np.full(self.n, NEVER, dtype=np.int64)
        self.reached_by = np.full(self.n, NOBODY, dtype=np.int64)
        self.meets_at = np.full(self.n, NEVER, dtype=np.int64)
        self.meets = np.full(self.n, NOBODY, dtype=np.int64)
        self.ends: list[int] = []

    def _begin_tree(self, root: int) -> None:
        self.ends = [end for end, mate in enumerate(self.mate) if mate == NOBODY]
        super()._begin_tree(root)

    def _end_tree(self) -> None:
        super()._end_tree()
        self.price[: self.n] = self.level.tolist()
        self._forget_events()

    def _tight_at(self, vertex: int) -> Ints:
        """When each edge of an outer vertex becomes tight, if the other end stays outside.

        Where the other end is outer too, it takes half as long.
        """
        return np.asarray(self.level[vertex] + self.level - self.worth[vertex])

    def _look_around(self, vertex: int) -> None:
        tight_at = self._tight_at(vertex)
        sooner = (tight_at < self.reached_at) & (self.labels == OUTSIDE)
        self.reached_at[sooner] = tight_at[sooner]
        self.reached_by[sooner] = vertex
        self._note_meeting(vertex, tight_at)

    def _note_meeting(self, vertex: int, tight_at: Ints) -> None:
        others = self.labels == OUTER
        others[self.members[self.top[vertex]]] = False
        times = np.where(others, tight_at, NEVER)
        first = int(times.argmin())
        self.meets_at[vertex] = times[first] // 2 if times[first] < NEVER else NEVER
        self.meets[vertex] = first

    def _be_seen(self, vertex: int) -> None:
        tight_at = np.where(self.labels == OUTER, self._tight_at(vertex), NEVER)
        first = int(tight_at.argmin())
        self.reached_at[vertex] = min(int(tight_at[first]), NEVER)
        self.reached_by[vertex] = first

    def _next_event(self) -> tuple[int, int, int]:
        reached = self._first_reached()
        events = [
            (int(self.reached_at[reached]), int(self.reached_by[reached]), reached)
        ]
        meeting = self._first_meeting()
        events.append((int(self.meets_at[meeting]), meeting, int(self.meets[meeting])))
        first = min(events + self.events[:1], key=lambda event: event[0])
        if first[0] >= NEVER:
            raise NoCompleteMatching
        if first[0] >= LATEST:
            raise OverflowError("The prices of this matching leave 64 bits.")
        return first if first in events else super()._next_event()

    def _first_reached(self) -> int:
        """Whom the tree reaches next: among equals a free end, and the search is over."""
        first = int(self.reached_at.argmin())
        time = self.reached_at[first]
        return next((end for end in self.ends if self.reached_at[end] == time), first)

    def _first_meeting(self) -> int:
        """Which outer vertex meets another one next, once those that are one node by now are past."""
        while True:
            first = int(self.meets_at.argmin())
            other = int(self.meets[first])
            if self.meets_at[first] >= NEVER or self.top[first] != self.top[other]:
                return first
            self._note_meeting(first, self._tight_at(first))
