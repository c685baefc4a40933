from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from matching.engine.solving import assignment
from matching.engine.solving.assignment import Graph, NoAssignment, assign
from tests.properties import examples


@st.composite
def edges_and_worths(draw):
    """Edges (m, 2) of up to 12 people and their worths, small or up to 2**45."""
    n = draw(st.integers(2, 12))
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    allowed = np.triu(chance.random((n, n)) < draw(st.floats(0.2, 1)), 1)
    edges = np.argwhere(allowed)
    most = draw(st.sampled_from([1, 3, 2**45]))
    return n, edges, chance.integers(0, most, len(edges))


def cheapest(n, edges, worths):
    """The greatest worth of an assignment on a dense matrix, or None: SciPy's answer."""
    dense = np.full((n, n), -np.inf)
    for (i, j), worth in zip(edges.tolist(), worths.tolist(), strict=True):
        dense[i, j] = dense[j, i] = worth
    try:
        rows, columns = linear_sum_assignment(dense, maximize=True)
    except ValueError:
        return None
    return dense[rows, columns].sum()


@examples(150)
@given(edges_and_worths(), st.sampled_from([0, 40]))
def test_assignment_is_the_best_and_its_duals_prove_it(pool, effort):
    n, edges, worths = pool
    expected = cheapest(n, edges, worths)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(assignment, "EFFORT", effort)  # 0: no bidding at all
        try:
            graph = Graph.of(n, edges, worths)
            chosen, duals = assign(graph)
        except NoAssignment:
            assert expected is None
            return

    assert sorted(chosen) == list(range(n))
    assert (graph.slack(duals) >= 0).all()
    assert duals.prices.sum() == expected
    assert (graph.slack(duals)[chosen[graph.rows] == graph.columns] == 0).all()


def test_any_duals_will_do_to_begin_with():
    edges = np.array([[0, 1], [1, 2], [2, 3], [0, 3]])
    graph = Graph.of(4, edges, np.array([5, 9, 5, 0]))

    results = [
        assign(graph, np.array(columns, dtype=np.int64))[1].prices.sum()
        for columns in ([0, 0, 0, 0], [10**6, -7, 3, 0])
    ]

    assert results == [20, 20]


def test_prices_that_would_leave_64_bits_are_refused():
    steps = np.arange(59)
    edges = np.column_stack([steps, steps + 1])
    graph = Graph.of(60, edges, np.where(steps % 2, 2**57, 0))

    with pytest.raises(OverflowError, match="64 bits"):
        assign(graph)
