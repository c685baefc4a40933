"""From a feasible start to the best complete matching: a small primal-dual blossom algorithm.

Edmonds' algorithm (Maximum matching and a polyhedron with 0,1-vertices, 1965) with one
tree at a time. It does not begin from nothing: the relaxation leaves all but a handful of
people in pairs, so that a few augmentations end it (the fractional jump-start of Derigs and
Metz, 1986; Applegate and Cook, Solving large-scale matching problems, 1993). Its last prices
and odd sets are the certificate.

All numbers are integers: worths and prices are doubled, so that people of one tree have
prices of one parity and every step of the prices is whole.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence

OUTSIDE, OUTER, INNER = 0, -1, 1  # a label is also the direction in which prices move
NOBODY = -1


class NoCompleteMatching(Exception):
    """These edges cannot pair everybody."""


class Blossoms:
    """The state of the algorithm on vertices 0 to n - 1.

    `edges`: triples (i, j, doubled worth). `prices`: doubled, with prices[i] + prices[j] at
    least the worth of each edge. `mate`: partners, along edges where that sum is the worth,
    or NOBODY. Vertices and blossoms share one numbering: blossoms begin at n.
    """

    def __init__(
        self,
        edges: Iterable[tuple[int, int, int]],
        prices: Sequence[int],
        mate: Sequence[int],
    ) -> None:
        n = len(prices)
        self.n = n
        self.price = list(prices)  # of a blossom: how much it adds to the prices inside
        self.mate = list(mate)
        self.near: list[dict[int, int]] = [{} for _ in range(n)]
        for i, j, worth in edges:
            self.near[i][j] = worth
            self.near[j][i] = worth
        self.top = list(range(n))  # the outermost blossom around each vertex
        self.base = list(range(n))
        self.parent = [NOBODY] * n  # the blossom right around each node
        self.members = [[vertex] for vertex in range(n)]  # the vertices in each node
        self.children: list[list[int]] = [[] for _ in range(n)]
        self.links: list[list[tuple[int, int]]] = [[] for _ in range(n)]
        self.label = [OUTSIDE] * n
        self.entry = [
            (NOBODY, NOBODY)
        ] * n  # the edge by which an inner node was reached
        self.since = [0] * n  # the time up to which `price` is accounted for
        self.now = 0
        self.root = NOBODY
        self.labelled: dict[int, None] = {}
        self.events: list[
            tuple[int, int, int]
        ] = []  # (time, outer vertex, other vertex)

    # --- What callers use -------------------------------------------------

    def complete(self) -> None:
        """Give everybody a partner, at the greatest worth. NoCompleteMatching if impossible."""
        for vertex in range(self.n):
            if self.mate[vertex] == NOBODY:
                self._grow_from(vertex)

    def pair_up(self) -> list[int]:
        """Pair as many as these edges allow, where all are worth the same; return the barrier.

        A tree that finds no free end stays labelled, so that no later one looks into it: its
        outer nodes have no neighbours but its inner ones, which together are the barrier.
        """
        for vertex in range(self.n):
            if self.mate[vertex] == NOBODY:
                try:
                    self._grow_from(vertex)
                except NoCompleteMatching:
                    self.labelled = {}
        return [
            vertex for vertex in range(self.n) if self.label[self.top[vertex]] == INNER
        ]

    def odd_sets(self) -> list[tuple[list[int], int]]:
        """Every blossom that carries a price: its vertices, and that (doubled) price."""
        found = []
        waiting = [b for b in set(self.top) if b >= self.n]
        while waiting:
            blossom = waiting.pop()
            if self.price[blossom]:
                found.append((sorted(self.members[blossom]), self.price[blossom]))
            waiting += [child for child in self.children[blossom] if child >= self.n]
        return sorted(found)

    def release(self, vertex: int) -> None:
        """Take a vertex out of its pair and out of all odd sets.

        The prices go on covering all edges, exactly those of all other pairs.
        """
        node = self.top[vertex]
        partner = self.mate[self.base[node]]
        self._rebase(node, vertex)
        self.mate[vertex] = NOBODY
        if partner != NOBODY:
            self.mate[partner] = NOBODY
        while node >= self.n:
            for member in self.members[node]:
                self.price[member] += self.price[node] // 2
            self.price[node] = 0
            self._open(node)
            node = self.top[vertex]

    # --- One tree ---------------------------------------------------------

    def _grow_from(self, root: int) -> None:
        self._begin_tree(root)
        while not self._step():
            pass
        self._end_tree()

    def _begin_tree(self, root: int) -> None:
        self.now, self.events, self.root = 0, [], self.top[root]
        self._label_outer(self.root)

    def _next_event(self) -> tuple[int, int, int]:
        """When something may happen next, and between whom; NoCompleteMatching if never."""
        if not self.events:
            raise NoCompleteMatching
        return heapq.heappop(self.events)

    def _step(self) -> bool:
        """Let prices move until something happens; True when the tree has found a free end."""
        self.now, i, j = self._next_event()
        if j == NOBODY:
            if self.label[i] == INNER and self._blossom_price(i) == 0:
                self._expand_inner(i)
            return False
        here, there = self.top[i], self.top[j]
        if here == there or self.label[there] == INNER or self._slack(i, j):
            return False
        if self.label[there] == OUTER:
            self._shrink(i, j)
        elif self.mate[self.base[there]] == NOBODY:
            self._augment(i, j)
            return True
        else:
            self._label_inner(there, (i, j))
        return False

    def _end_tree(self) -> None:
        """Account for the prices, forget the labels, and open blossoms that carry no price."""
        labelled, self.labelled = list(self.labelled), {}
        for node in labelled:
            self._settle(node)
            self.label[node] = OUTSIDE
        while labelled:
            node = labelled.pop()
            if node >= self.n and self.price[node] == 0:
                self._open(node)
                labelled += self.children[node]

    # --- Labels -----------------------------------------------------------

    def _label_outer(self, node: int) -> None:
        self._put_label(node, OUTER)
        for vertex in self.members[node]:
            self._look_around(vertex)

    def _label_inner(self, node: int, entry: tuple[int, int]) -> None:
        """Into the tree with a node, and with the one it is paired with."""
        self._put_label(node, INNER)
        self.entry[node] = entry
        if node >= self.n:
            self._push(self.now + self.price[node] // 2, node, NOBODY)
        self._label_outer(self.top[self.mate[self.base[node]]])

    def _put_label(self, node: int, label: int) -> None:
        self.label[node] = label
        self.since[node] = self.now
        self.labelled[node] = None

    def _look_around(self, vertex: int) -> None:
        """Note when each edge of an outer vertex becomes tight."""
        here = self.top[vertex]
        for other in self.near[vertex]:
            there = self.top[other]
            if there == here or self.label[there] == INNER:
                continue
            slack = self._slack(vertex, other)
            wait = slack // 2 if self.label[there] == OUTER else slack
            self._push(self.now + wait, vertex, other)

    def _push(self, time: int, i: int, j: int) -> None:
        heapq.heappush(self.events, (time, i, j))

    # --- Prices -----------------------------------------------------------

    def _vertex_price(self, vertex: int) -> int:
        top = self.top[vertex]
        return self.price[vertex] + self.label[top] * (self.now - self.since[top])

    def _slack(self, i: int, j: int) -> int:
        """How far the prices of two people in different nodes exceed their worth."""
        return self._vertex_price(i) + self._vertex_price(j) - self.near[i][j]

    def _blossom_price(self, blossom: int) -> int:
        """A blossom's own price moves the other way, and twice as fast."""
        moved = self.label[blossom] * (self.now - self.since[blossom])
        return self.price[blossom] - 2 * moved

    def _settle(self, node: int) -> None:
        """Write down what a labelled outermost node's prices have become by now."""
        moved = self.label[node] * (self.now - self.since[node])
        self.since[node] = self.now
        if moved:
            for vertex in self.members[node]:
                self.price[vertex] += moved
            if node >= self.n:
                self.price[node] -= 2 * moved

    # --- Blossoms ---------------------------------------------------------

    def _to_root(self, node: int) -> Iterator[tuple[int, tuple[int, int]]]:
        """From an outer node up: each node of the tree, with the edge (child, parent) taken."""
        while node != self.root:
            base = self.base[node]
            inner = self.top[self.mate[base]]
            yield inner, (base, self.mate[base])
            above, below = self.entry[inner]
            node = self.top[above]
            yield node, (below, above)

    def _shrink(self, i: int, j: int) -> None:
        """A tight edge between two outer nodes closes an odd cycle: make it one node."""
        left, right = [(self.top[i], (j, i))], [(self.top[j], (i, j))]
        left += self._to_root(self.top[i])
        right += self._to_root(self.top[j])
        while len(left) > 1 and len(right) > 1 and left[-2][0] == right[-2][0]:
            left.pop()
            right.pop()
        # Around the cycle from the common node: down the left side, over (i, j), up the right.
        nodes = [node for node, _ in reversed(left)] + [node for node, _ in right[:-1]]
        links = [(above, below) for _, (below, above) in reversed(left[1:])]
        links += [(i, j)] + [edge for _, edge in right[1:]]
        self._merge(nodes, links)

    def _merge(self, nodes: list[int], links: list[tuple[int, int]]) -> None:
        was_inner = [node for node in nodes if self.label[node] == INNER]
        for node in nodes:
            self._settle(node)
            del self.labelled[node]
        new = len(self.base)
        fresh = [vertex for node in was_inner for vertex in self.members[node]]
        self.base.append(self.base[nodes[0]])
        self.children.append(nodes)
        self.members.append([vertex for node in nodes for vertex in self.members[node]])
        self.links.append(links)
        self.price.append(0)
        self.entry.append((NOBODY, NOBODY))
        self.since.append(self.now)
        self.label.append(OUTSIDE)
        self.parent.append(NOBODY)
        for node in nodes:
            self.label[node] = OUTSIDE
            self.parent[node] = new
        for vertex in self.members[new]:
            self.top[vertex] = new
        if self.root in nodes:
            self.root = new
        self._put_label(new, OUTER)
        for vertex in fresh:
            self._look_around(vertex)

    def _open(self, blossom: int) -> None:
        """Make the children outermost again."""
        for child in self.children[blossom]:
            for vertex in self.members[child]:
                self.top[vertex] = child

    def _expand_inner(self, blossom: int) -> None:
        """The price of an inner blossom has come down to nothing: open it within the tree."""
        self._settle(blossom)
        del self.labelled[blossom]
        above, below = self.entry[blossom]
        self._open(blossom)
        self.label[blossom] = OUTSIDE
        children, links = self.children[blossom], self.links[blossom]
        start = children.index(self.top[below])
        if (
            start % 2
        ):  # go round to the base by the side on which the start leaves by its pair
            path = [*children[start:], children[0]]
            edges = links[start:]
        else:
            path = children[start::-1]
            edges = [(y, x) for x, y in reversed(links[:start])]
        entry = (above, below)
        for k in range(0, len(path), 2):
            self._put_label(path[k], INNER)
            self.entry[path[k]] = entry
            if path[k] >= self.n:
                self._push(self.now + self.price[path[k]] // 2, path[k], NOBODY)
            if k + 2 < len(path):
                self._put_label(path[k + 1], OUTER)
                entry = edges[k + 1]
        for node in path[1::2]:
            for vertex in self.members[node]:
                self._look_around(vertex)
        for child in set(children) - set(path):
            for vertex in self.members[child]:
                self._be_seen(vertex)

    def _be_seen(self, vertex: int) -> None:
        """Note the edges by which outer vertices may now reach this one."""
        for other in self.near[vertex]:
            if self.label[self.top[other]] == OUTER:
                self._push(self.now + self._slack(other, vertex), other, vertex)

    # --- Augmenting -------------------------------------------------------

    def _augment(self, i: int, j: int) -> None:
        """Pair i with the free end j, and everybody back to the root the other way round."""
        self._rebase(self.top[j], j)
        self.mate[j] = i
        while True:
            node = self.top[i]
            partner = self.mate[self.base[node]]
            self._rebase(node, i)
            self.mate[i] = j
            if partner == NOBODY:
                return
            inner = self.top[partner]
            i, j = self.entry[inner]
            self._rebase(inner, j)
            self.mate[j] = i

    def _rebase(self, node: int, vertex: int) -> None:
        """Rearrange the pairs inside a node so that `vertex` is the one paired outside."""
        waiting = [(node, vertex)]
        while waiting:
            node, vertex = waiting.pop()
            if self.base[node] == vertex:
                continue
            self.base[node] = vertex
            child = vertex
            while self.parent[child] != node:
                child = self.parent[child]
            start = self.children[node].index(child)
            children = self.children[node][start:] + self.children[node][:start]
            links = self.links[node][start:] + self.links[node][:start]
            self.children[node], self.links[node] = children, links
            waiting.append((child, vertex))
            for k in range(1, len(children), 2):
                x, y = links[k]
                waiting += [(children[k], x), (children[k + 1], y)]
                self.mate[x], self.mate[y] = y, x
