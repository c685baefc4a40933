"""What others may hand to `solve`, and what they get back."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import Certificate, Solution, solve, verify
from tests.matching.engine.test_solver import weights
from tests.properties import examples


class Blocks:
    """Weights that are asked for in blocks."""

    def __init__(self, array):
        self.array = array
        self.n = len(array)

    def block(self, rows, cols):
        return self.array[rows, cols]


@pytest.mark.parametrize("n", [0, 1, 2, 3])
@pytest.mark.parametrize("worth", [-1, 0, 7, 2**40])
def test_fewest_people(n, worth):
    array = np.full((n, n), worth)

    solution = solve(array)

    pairs = n // 2 if worth >= 0 else 0
    assert len(solution.pairs) == solution.pair_bound == pairs
    assert len(solution.unmatched) == n - 2 * pairs
    assert solution.value == solution.bound == pairs * worth
    assert solution.is_optimal
    verify(array, solution)


@pytest.mark.parametrize("n", [12, 13])
def test_everything_forbidden_leaves_everybody_alone(n):
    array = np.full((n, n), -1)

    solution = solve(array)

    assert (solution.pairs, solution.unmatched) == ((), tuple(range(n)))
    verify(array, solution)


@pytest.mark.parametrize("n", [30, 31])
@pytest.mark.parametrize("worth", [0, 1, 2**40])
def test_ties_throughout_are_broken_by_the_seed_alone(n, worth):
    array = np.full((n, n), worth)

    drawn = [solve(array, seed=seed) for seed in (1, 1, 2)]

    assert drawn[0] == drawn[1] != drawn[2]
    assert {solution.value for solution in drawn} == {worth * (n // 2)}
    verify(array, drawn[0])


def test_large_worths_are_exact():
    array = np.full((4, 4), 2**40)
    array[0, 1] = array[1, 0] = 2**40 + 1

    assert (solve(array).pairs, solve(array).value) == (((0, 1), (2, 3)), 2**41 + 1)


def test_diagonal_is_ignored():
    array = np.array([[2**60, 1], [1, -5]])

    assert solve(array).value == 1


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.uint64, np.int64])
def test_any_integers_will_do(dtype):
    array = np.full((5, 5), 100, dtype=dtype)

    assert solve(array).value == 200


def test_lists_will_do():
    assert solve([[0, 3], [3, 0]]).pairs == ((0, 1),)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros(3, dtype=int), r"shape \(3,\)"),
        (np.zeros((2, 2, 2), dtype=int), r"shape \(2, 2, 2\)"),
        (np.array(3), r"shape \(\)"),
        (np.ones((2, 2), dtype=bool), "integers, not bool"),
        (np.ones((2, 2), dtype=complex), "integers, not complex128"),
        (np.ones((2, 2), dtype=object), "integers, not object"),
        (np.array([[0, np.inf], [np.inf, 0]]), "integers, not float64"),
        (
            np.array([[0, 1, 2], [1, 0, np.nan], [2, np.nan, 0]]),
            r"\(1, 2\) is not a number",
        ),
        (np.array([[0, -1], [1, 0]]), r"\(0, 1\) differs from its mirror"),
        (np.full((3, 3), 2**63, dtype=np.uint64), r"\(0, 1\) is worth more"),
    ],
)
def test_wrong_weights_are_named(array, message):
    with pytest.raises(ValueError, match=message):
        solve(array)


@examples(40)
@given(weights(), st.integers(0, 9))
def test_blocks_give_the_same_as_the_matrix(array, seed):
    solution = solve(Blocks(array), seed=seed)

    assert solution == solve(array, seed=seed)
    verify(Blocks(array), solution)


def test_block_worth_too_much_is_refused():
    with pytest.raises(ValueError, match=r"more than 2\*\*57"):
        solve(Blocks(np.full((4, 4), 2**58)))


def test_weights_are_left_as_they_were():
    array = np.arange(16).reshape(4, 4)
    array = array + array.T
    before = array.copy()

    solve(array)

    assert np.array_equal(array, before)


def test_solution_of_anything_is_plain_json():
    array = np.full((7, 7), 2**40)
    array[:4, :4] = -1

    solution = solve(array)
    text = solution.to_json()

    assert json.loads(text)["value"] == 3 * 2**40
    assert Solution.from_json(text) == solution


def test_certificate_with_odd_sets_goes_to_json_and_back():
    certificate = Certificate(
        scale=2, total=18, prices=(5, 6, 7), odd_sets=(((0, 1, 2), 1),), barrier=(1,)
    )
    solution = Solution(((0, 1),), (2,), 8, 9, 1, certificate)

    assert Solution.from_json(solution.to_json()) == solution
    assert not solution.is_optimal


def test_engine_needs_neither_django_nor_settings():
    program = (
        "import sys, numpy as np, matching.engine as engine;"
        "weights = np.ones((5, 5), dtype=int);"
        "solution = engine.solve(weights); engine.verify(weights, solution);"
        "print(len(solution.pairs), 'django' in sys.modules)"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DJANGO")}

    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout == "2 False\n"
