"""Nothing in a solution can be altered without the checker seeing it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.engine import CertificateError, solve, verify
from tests.matching.engine.test_shapes import symmetric


def triangles():
    """Two triangles with a weak link: the proof needs the price of an odd set."""
    array = np.full((6, 6), -1)
    for i, j in [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5)]:
        array[i, j] = 10
    array[2, 3] = 1
    return np.maximum(array, array.T)


def majority():
    """Seven of ten come from one country: the proof needs a barrier."""
    array = np.full((10, 10), 5)
    array[:7, :7] = -1
    return array


def some():
    return symmetric(np.random.default_rng(3).integers(0, 1000, (12, 12)))


ROUNDS = [triangles, majority, some]


@pytest.fixture(params=ROUNDS, ids=lambda made: made.__name__)
def array(request):
    return request.param()


@pytest.fixture
def solution(array):
    return solve(array)


def refuse(array, solution, **changes):
    with pytest.raises(CertificateError):
        verify(array, replace(solution, **changes))


def refuse_proof(array, solution, **changes):
    refuse(array, solution, certificate=replace(solution.certificate, **changes))


def test_the_rounds_need_all_kinds_of_proof():
    assert solve(triangles()).certificate.odd_sets
    assert solve(majority()).certificate.barrier


@pytest.mark.parametrize("by", [-(2**40), -1, 1, 2**40])
def test_altered_figures_are_caught(array, solution, by):
    refuse(array, solution, value=solution.value + by)
    refuse(array, solution, bound=solution.bound + by)
    refuse(array, solution, pair_bound=solution.pair_bound + by)


@pytest.mark.parametrize("by", [-(2**40), -1, 1, 2**40])
def test_altered_prices_are_caught(array, solution, by):
    prices = solution.certificate.prices
    for k, price in enumerate(prices):
        altered = (*prices[:k], price + by, *prices[k + 1 :])
        refuse_proof(array, solution, prices=altered)


def test_no_prices_prove_less_than_the_pairs_are_worth(array, solution):
    """Not even where the total and the bound have been altered with them."""
    proof = solution.certificate
    for k, price in enumerate(proof.prices):
        forged = replace(
            proof,
            prices=(*proof.prices[:k], price - proof.scale, *proof.prices[k + 1 :]),
            total=proof.total - proof.scale,
        )
        refuse(array, solution, certificate=forged, bound=solution.bound - 1)


def test_altered_total_and_scale_are_caught(array, solution):
    proof = solution.certificate
    refuse_proof(array, solution, total=proof.total + 1)
    for scale in (0, -proof.scale, 2 * proof.scale, proof.scale // 2):
        refuse_proof(array, solution, scale=scale)


def test_missing_and_surplus_prices_are_caught(array, solution):
    prices = solution.certificate.prices
    refuse_proof(array, solution, prices=prices[:-1])
    refuse_proof(array, solution, prices=(*prices, 0))


def test_altered_pairs_are_caught(array, solution):
    (a, b), (c, d), *rest = solution.pairs
    refuse(array, solution, pairs=((a, b), *rest))
    refuse(array, solution, pairs=((b, a), (c, d), *rest))
    refuse(array, solution, pairs=((a, b), (a, b), *rest))
    refuse(array, solution, pairs=((a, b), (c, len(array)), *rest))
    for swap in ((a, c), (b, d)), ((a, d), (b, c)):
        worths = [array[pair] for pair in swap]
        if min(worths) < 0 or sum(worths) != array[a, b] + array[c, d]:
            pairs = tuple(tuple(sorted(pair)) for pair in swap)
            refuse(array, solution, pairs=(*pairs, *rest))


def test_altered_people_left_over_are_caught(array, solution):
    refuse(array, solution, unmatched=(*solution.unmatched, 0))
    refuse(array, solution, unmatched=(*solution.unmatched, len(array)))


@pytest.mark.parametrize("by", [-1, 1])
def test_altered_weight_of_a_pair_is_caught(array, solution, by):
    for i, j in solution.pairs:
        changed = array.copy()
        changed[i, j] = changed[j, i] = array[i, j] + by
        refuse(changed, solution)


def test_forbidden_pair_is_caught(array, solution):
    for i, j in solution.pairs:
        changed = array.copy()
        changed[i, j] = changed[j, i] = -1
        refuse(changed, solution)


def test_weight_of_any_pair_that_beats_the_bound_is_caught(array, solution):
    for i, j in np.argwhere(np.triu(np.ones_like(array), 1)).tolist():
        changed = array.copy()
        changed[i, j] = changed[j, i] = solution.bound + 1
        refuse(changed, solution)


def test_altered_odd_sets_are_caught():
    solution = solve(triangles())
    (members, price), *rest = solution.certificate.odd_sets
    for members_, price_ in [
        (members, price + 1),
        (members, price - 1),
        (members, -price),
        (members[1:], price),
        ((*members, 6), price),
        (members[:1], price),
    ]:
        odd_sets = ((members_, price_), *rest)
        refuse_proof(triangles(), solution, odd_sets=odd_sets)
    refuse_proof(triangles(), solution, odd_sets=tuple(rest))


def test_altered_barrier_is_caught():
    solution = solve(majority())
    barrier = solution.certificate.barrier
    for other in [(), barrier[1:], (*barrier, 0), (0, *barrier[1:])]:
        refuse_proof(majority(), solution, barrier=other)


def test_proof_of_another_round_is_caught(array, solution):
    others = [other() for other in ROUNDS if len(other()) != len(array)]
    for other in others:
        refuse(other, solution)
