from __future__ import annotations

from itertools import combinations

import networkx as nx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.engine.solving.blossom import NOBODY, Blossoms, NoCompleteMatching
from tests.properties import examples


@st.composite
def graphs(draw):
    """Edges (i, j, worth) of an even number of people, sparse enough for odd cycles to matter."""
    n = 2 * draw(st.integers(1, 8))
    most = draw(st.sampled_from([0, 1, 3, 20]))
    pairs = draw(
        st.sets(st.sampled_from(list(combinations(range(n), 2))), min_size=n // 2)
    )
    return n, [(i, j, draw(st.integers(0, most))) for i, j in sorted(pairs)]


def best(n, edges):
    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_weighted_edges_from(edges)
    pairs = nx.max_weight_matching(graph, maxcardinality=True)
    return len(pairs), sum(graph.edges[pair]["weight"] for pair in pairs)


def from_nothing(n, edges):
    """Nobody is paired, and everybody's price is the greatest worth of all."""
    doubled = [(i, j, 2 * worth) for i, j, worth in edges]
    most = max(worth for _, _, worth in edges)
    return Blossoms(doubled, [most] * n, [NOBODY] * n)


@examples(120)
@given(graphs())
def test_complete_matching_is_the_best_and_its_prices_prove_it(graph):
    n, edges = graph
    pairs, worth = best(n, edges)
    assume(2 * pairs == n)
    state = from_nothing(n, edges)

    state.complete()

    found = {(i, j): value for i, j, value in edges if state.mate[i] == j}
    sets = state.odd_sets()
    paid = sum(state.price[:n]) + sum(
        price * (len(members) // 2) for members, price in sets
    )
    assert (2 * len(found), sum(found.values()), paid) == (n, worth, 2 * worth)
    for i, j, value in edges:
        around = sum(price for members, price in sets if i in members and j in members)
        assert state.price[i] + state.price[j] + around >= 2 * value


@examples(60)
@given(graphs())
def test_too_few_edges_for_everybody_are_noticed(graph):
    n, edges = graph
    assume(2 * best(n, edges)[0] < n)

    with pytest.raises(NoCompleteMatching):
        from_nothing(n, edges).complete()


@examples(120)
@given(graphs())
def test_pair_up_pairs_the_most_and_its_barrier_proves_it(graph):
    n, edges = graph
    state = Blossoms([(i, j, 0) for i, j, _ in edges], [0] * n, [NOBODY] * n)

    barrier = state.pair_up()

    alone = state.mate.count(NOBODY)
    rest = nx.Graph()
    rest.add_nodes_from(set(range(n)) - set(barrier))
    rest.add_edges_from((i, j) for i, j, _ in edges if not {i, j} & set(barrier))
    odd = sum(len(part) % 2 for part in nx.connected_components(rest))
    assert (n - alone) // 2 == best(n, edges)[0]
    assert odd - len(barrier) == alone
