from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import solve, verify
from tests.properties import examples


@st.composite
def weights(draw):
    """Symmetric, sparse or dense, with few or many ties, small or large numbers."""
    n = draw(st.integers(0, 14))
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    most = draw(st.sampled_from([1, 2, 5, 1000, 2**40, 2**57]))
    array = np.triu(chance.integers(0, most, (n, n)), 1)
    forbidden = np.triu(chance.random((n, n)) > draw(st.floats(0, 1)), 1)
    array[forbidden] = -1
    return np.triu(array, 1) + np.triu(array, 1).T


def best(array):
    """The most pairs, and the most these can be worth: networkx on all pairs."""
    graph = nx.Graph()
    for i, j in np.argwhere(np.triu(array >= 0, 1)).tolist():
        graph.add_edge(i, j, weight=int(array[i, j]))
    pairs = nx.max_weight_matching(graph, maxcardinality=True)
    return len(pairs), sum(int(array[pair]) for pair in pairs)


@examples(300)
@given(weights(), st.integers(0, 9))
def test_solve_is_as_good_as_networkx(array, seed):
    solution = solve(array, seed=seed)

    assert (len(solution.pairs), solution.value) == best(array)


@examples(200)
@given(weights(), st.integers(0, 9))
def test_solution_is_a_matching_within_its_bounds(array, seed):
    solution = solve(array, seed=seed)

    people = [person for pair in solution.pairs for person in pair]
    assert sorted([*people, *solution.unmatched]) == list(range(len(array)))
    assert all(i < j and array[i, j] >= 0 for i, j in solution.pairs)
    assert solution.value == sum(int(array[pair]) for pair in solution.pairs)
    assert solution.value <= solution.bound
    assert len(solution.pairs) <= solution.pair_bound


def test_majority_that_may_only_be_paired_with_the_others_leaves_the_rest_alone():
    array = np.ones((50, 50), dtype=np.int64)
    array[:35, :35] = -1

    solution = solve(array)

    assert (len(solution.pairs), solution.pair_bound) == (15, 15)


def test_a_long_chain_of_large_weights_is_solved():
    steps = np.arange(199)
    array = np.full((200, 200), -1)
    array[steps, steps + 1] = array[steps + 1, steps] = np.where(steps % 2, 2**40, 0)

    solution = solve(array)

    assert solution.pairs == tuple((i, i + 1) for i in range(0, 200, 2))
    assert solution.is_optimal


@examples(100)
@given(weights(), st.floats(0.0001, 1))
def test_solution_with_a_gap_is_bounded_as_it_says(array, gap):
    solution = solve(array, gap=gap)

    verify(array, solution)
    pairs, value = best(array)
    assert len(solution.pairs) == pairs
    assert solution.value <= value <= solution.bound
    assert solution.bound - solution.value <= gap * solution.bound


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((2, 3), dtype=int), r"shape \(2, 3\)"),
        (np.zeros((2, 2)), "integers, not float64"),
        (np.array([[0, 1], [2, 0]]), r"\(0, 1\) differs from its mirror image"),
        (np.array([[0, 2**58], [2**58, 0]]), r"\(0, 1\) is worth more than 2\*\*57"),
    ],
)
def test_bad_weights_are_named(array, message):
    with pytest.raises(ValueError, match=message):
        solve(array)


class Answering:
    """Weights that answer every question with what they are told."""

    n = 3

    def __init__(self, block):
        self.block = lambda rows, cols: block


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (np.zeros((3, 2), dtype=int), r"3 rows has the shape \(3, 2\)"),
        (np.zeros((3, 3)), "integers, not float64"),
        (np.arange(9).reshape(3, 3), r"\(0, 1\) differs from its mirror image"),
    ],
)
def test_bad_blocks_are_named(block, message):
    with pytest.raises(ValueError, match=message):
        solve(Answering(block))


def test_many_equals_beside_many_empty_chairs_are_no_trap():
    """SciPy's largest matching takes minutes on the like."""
    chance = np.random.default_rng(1)
    needy, volunteers, chairs = 20, 200, 20
    n = needy + volunteers + chairs
    array = np.full((n, n), -1)
    array[:needy, needy : needy + volunteers] = chance.integers(0, 2**50, volunteers)
    array[needy : needy + volunteers, needy + volunteers :] = 0
    array[needy : needy + volunteers, needy : needy + volunteers] = 0
    array = np.maximum(array, array.T)

    solution = solve(array)

    assert solution.is_optimal
    verify(array, solution)
