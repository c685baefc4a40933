from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.engine.solving.blossom import NOBODY, NoCompleteMatching
from matching.engine.solving.dense import FORBIDDEN, LATEST, DenseBlossoms
from tests.properties import examples


@st.composite
def matrices(draw):
    """Doubled worths of an even number of people, with ties and forbidden pairs."""
    n = 2 * draw(st.integers(1, 7))
    most = draw(st.sampled_from([0, 1, 3, 20]))
    kinds = [FORBIDDEN, *range(0, 2 * most + 1, 2)]
    worth = np.full((n, n), FORBIDDEN)
    for i in range(n):
        for j in range(i):
            worth[i, j] = worth[j, i] = draw(st.sampled_from(kinds))
    return worth


def best(worth):
    graph = nx.Graph()
    graph.add_nodes_from(range(len(worth)))
    pairs = np.argwhere(np.tril(worth != FORBIDDEN)).tolist()
    graph.add_weighted_edges_from((i, j, int(worth[i, j])) for i, j in pairs)
    pairs = nx.max_weight_matching(graph, maxcardinality=True)
    return len(pairs), sum(int(worth[pair]) for pair in pairs)


def from_nothing(worth):
    return DenseBlossoms(
        worth, [int(worth.max(initial=0))] * len(worth), [NOBODY] * len(worth)
    )


def cover(state):
    """(n, n): what the prices and odd sets come to for each pair."""
    prices = np.array(state.price[: state.n])
    total = prices[:, None] + prices
    for members, price in state.odd_sets():
        total[np.ix_(members, members)] += price
    return total


def assert_is_proven(state):
    off_diagonal = ~np.eye(state.n, dtype=bool)
    assert (cover(state) >= state.worth)[off_diagonal].all()
    people = np.arange(state.n)
    assert (cover(state) == state.worth)[people, state.mate].all()


@examples(50)
@given(matrices())
def test_complete_matching_is_the_best_and_proven(worth):
    pairs, value = best(worth)
    state = from_nothing(worth)

    if 2 * pairs < len(worth):
        with pytest.raises(NoCompleteMatching):
            state.complete()
        return
    state.complete()

    people = np.arange(state.n)
    assert int(worth[people, state.mate].sum()) == 2 * value
    assert_is_proven(state)


@examples(40)
@given(matrices(), st.randoms(use_true_random=False))
def test_odd_sets_close_around_any_other_best_matching(worth, chance):
    n = len(worth)
    assume(2 * best(worth)[0] == n)
    state = from_nothing(worth)
    state.complete()
    order = np.array(chance.sample(range(n), n))
    shuffled = from_nothing(worth[np.ix_(order, order)])
    shuffled.complete()
    other = np.empty(n, dtype=np.int64)
    other[order] = order[shuffled.mate]
    prices, sets = state.price[:n], state.odd_sets()
    for members, price in sets:
        for vertex in members:
            prices[vertex] += price // 2

    again = DenseBlossoms(worth, prices, other.tolist())
    for members, price in sorted(sets, key=lambda odd_set: len(odd_set[0])):
        again.enclose(members, price)

    assert (again.mate, again.odd_sets()) == (other.tolist(), sets)
    assert_is_proven(again)


@examples(40)
@given(matrices(), st.data())
def test_one_released_vertex_with_other_worths_costs_one_tree(worth, data):
    n = len(worth)
    assume(2 * best(worth)[0] == n)
    state = from_nothing(worth)
    state.complete()
    vertex = data.draw(st.integers(0, n - 1))
    row = np.array(
        data.draw(st.lists(st.sampled_from([FORBIDDEN, 0, 4]), min_size=n, max_size=n))
    )
    row[vertex] = FORBIDDEN
    worth[vertex] = worth[:, vertex] = row
    pairs, value = best(worth)
    assume(2 * pairs == n)
    again = state.copy()

    again.release(vertex)
    again.reprice(vertex)
    again.complete()

    assert int(worth[np.arange(n), again.mate].sum()) == 2 * value
    assert_is_proven(again)


def test_copy_goes_its_own_way():
    worth = np.array([[FORBIDDEN, 2], [2, FORBIDDEN]])
    state = from_nothing(worth)
    state.complete()
    before = (list(state.mate), list(state.price), state.level.tolist())

    other = state.copy()
    other.release(0)
    other.reprice(0)

    assert (state.mate, state.price, state.level.tolist()) == before


def test_prices_that_would_leave_64_bits_are_refused():
    worth = np.array([[FORBIDDEN, 0], [0, FORBIDDEN]])
    state = DenseBlossoms(worth, [LATEST - 1, LATEST - 1], [NOBODY, NOBODY])

    with pytest.raises(OverflowError, match="leave 64 bits"):
        state.complete()
