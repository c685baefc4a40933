from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.engine import CertificateError, Solution, solve, verify
from tests.matching.engine.test_solver import weights
from tests.properties import examples


@examples(200)
@given(weights(), st.integers(0, 9))
def test_every_solution_is_proven(array, seed):
    solution = solve(array, seed=seed)

    assert solution.is_optimal
    verify(array, solution)


@given(weights())
def test_solution_goes_to_json_and_back(array):
    solution = solve(array)

    assert Solution.from_json(solution.to_json()) == solution


@examples(100)
@given(weights(), st.data())
def test_altered_price_is_caught(array, data):
    solution = solve(array)
    assume(solution.certificate.prices)
    prices = list(solution.certificate.prices)
    person = data.draw(st.integers(0, len(prices) - 1))
    prices[person] += data.draw(st.sampled_from([-(2**40), -1, 1, 2**40]))
    tampered = replace(solution.certificate, prices=tuple(prices))

    with pytest.raises(CertificateError):
        verify(array, replace(solution, certificate=tampered))


@examples(100)
@given(weights(), st.data())
def test_raised_weight_is_caught(array, data):
    solution = solve(array)
    assume(solution.pairs)
    i, j = data.draw(st.sampled_from(solution.pairs))
    array[i, j] = array[j, i] = array[i, j] + 1

    with pytest.raises(CertificateError):
        verify(array, solution)


def test_pair_that_became_forbidden_is_caught():
    array = np.ones((4, 4), dtype=np.int64)
    solution = solve(array)
    i, j = solution.pairs[0]
    array[i, j] = array[j, i] = -1

    with pytest.raises(CertificateError, match="may not be paired"):
        verify(array, solution)


def test_missing_pair_is_caught():
    array = np.ones((4, 4), dtype=np.int64)
    solution = solve(array)

    with pytest.raises(CertificateError, match="Not everybody"):
        verify(array, replace(solution, pairs=solution.pairs[1:], value=1))


def test_people_said_to_stay_alone_without_need_are_caught():
    array = np.ones((4, 4), dtype=np.int64)
    solution = solve(array)
    alone = solution.pairs[0]
    lazy = replace(
        solution,
        pairs=solution.pairs[1:],
        unmatched=alone,
        value=1,
        bound=1,
        pair_bound=1,
        certificate=replace(
            solution.certificate,
            scale=1,
            total=2,
            prices=(1, 1, 1, 1, -1, -1),
            odd_sets=(),
        ),
    )

    with pytest.raises(CertificateError):
        verify(array, lazy)


def test_barrier_shows_why_a_majority_stays_alone():
    array = np.ones((30, 30), dtype=np.int64)
    array[:20, :20] = -1

    solution = solve(array)

    assert solution.certificate.barrier == tuple(range(20, 30))
    verify(array, solution)


def test_checker_runs_on_its_own(tmp_path):
    array = np.arange(36).reshape(6, 6)
    array = array + array.T
    np.savez(tmp_path / "weights.npz", array)
    (tmp_path / "certificate.json").write_text(solve(array).to_json())
    command = [sys.executable, "-m", "matching.engine.certificate"]
    files = [str(tmp_path / "weights.npz"), str(tmp_path / "certificate.json")]

    checked = subprocess.run(
        [*command, *files], capture_output=True, text=True, check=True
    )

    assert checked.stdout == "Proven: 3 pairs worth 105.\n"
