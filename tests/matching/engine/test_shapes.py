"""Larger rounds of many shapes, held against networkx and against the checker."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import solve, verify
from tests.matching.engine.test_solver import best
from tests.properties import examples

NEVER = -1


def symmetric(array):
    upper = np.triu(array, 1)
    return upper + upper.T


def forbid(array, forbidden):
    return symmetric(np.where(forbidden, NEVER, array))


def sparse(chance, n):
    """One to four possible partners a person, so that many stay alone."""
    rare = chance.random((n, n)) > chance.uniform(1, 4) / n
    return forbid(chance.integers(0, 1000, (n, n)), rare)


def dense(chance, n):
    return symmetric(chance.integers(0, 1000, (n, n)))


def tied(chance, n):
    """Worth nothing or one, so that very many matchings are equally good."""
    few = chance.random((n, n)) < chance.uniform(0, 0.9)
    return forbid(chance.integers(0, 2, (n, n)), few)


def all_equal(chance, n):
    return np.full((n, n), int(chance.integers(0, 3)))


def islands(chance, n):
    """Groups that share no language, of even or odd size."""
    island = chance.integers(0, max(1, n // 7), n)
    apart = island[:, None] != island[None, :]
    return forbid(chance.integers(0, 50, (n, n)), apart)


def islands_with_bridges(chance, n):
    """Islands, and a few people who speak two of the languages."""
    first, second = chance.integers(0, max(1, n // 5), (2, n))
    second = np.where(chance.random(n) < 0.15, second, first)
    shared = [
        a[:, None] == b[None, :] for a in (first, second) for b in (first, second)
    ]
    return forbid(chance.integers(0, 50, (n, n)), ~np.any(shared, axis=0))


def majority_country(chance, n):
    """Most come from one country, and nobody is paired inside theirs."""
    share = chance.uniform(0.5, 0.9)
    country = np.where(chance.random(n) < share, 0, chance.integers(1, 6, n))
    same = country[:, None] == country[None, :]
    return forbid(chance.integers(0, 100, (n, n)), same)


def odd_circles(chance, n):
    """Circles of three and five whose links are worth most: the relaxation is at its worst."""
    array = chance.integers(0, 10, (n, n))
    start = 0
    while start < n - 5:
        circle = start + np.arange(chance.choice([3, 5]))
        array[circle, np.roll(circle, -1)] = array[np.roll(circle, -1), circle] = 1000
        start += len(circle)
    return symmetric(array)


def levels(chance, n):
    """Digits of several levels, as scoring makes them, up to 2**45."""
    digits = [chance.integers(0, most, (n, n)) for most in (3, 3, 100, 30)]
    units = [1 << 40, 1 << 32, 1 << 14, 1]
    few = chance.random((n, n)) < 0.3
    return forbid(sum(d * u for d, u in zip(digits, units, strict=True)), few)


SHAPES = [
    sparse,
    dense,
    tied,
    all_equal,
    islands,
    islands_with_bridges,
    majority_country,
    odd_circles,
    levels,
]
LARGEST = {dense: 32, tied: 40, all_equal: 26, odd_circles: 32, levels: 36}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
@examples(6)
@given(data=st.data())
def test_solve_is_as_good_as_networkx_in_every_shape(shape, data):
    n = data.draw(st.integers(2, LARGEST.get(shape, 60)))
    array = shape(np.random.default_rng(data.draw(st.integers(0, 2**32))), n)

    solution = solve(array, seed=data.draw(st.integers(0, 9)))

    assert (len(solution.pairs), solution.value) == best(array)
    assert solution.is_optimal
    verify(array, solution)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_order_of_people_changes_neither_pairs_nor_worth(shape):
    """Which of several equally good matchings is drawn may depend on it."""
    chance = np.random.default_rng(5)
    array = shape(chance, 61)
    order = chance.permutation(61)

    one, other = solve(array), solve(array[np.ix_(order, order)])

    assert (len(one.pairs), one.value) == (len(other.pairs), other.value)


def test_order_of_people_does_not_matter_where_one_matching_is_best():
    chance = np.random.default_rng(7)
    array = symmetric(chance.integers(0, 2**40, (40, 40)))
    order = chance.permutation(40)

    pairs = solve(array[np.ix_(order, order)]).pairs

    renamed = (sorted(order[list(pair)].tolist()) for pair in pairs)
    assert sorted(map(tuple, renamed)) == list(solve(array).pairs)
