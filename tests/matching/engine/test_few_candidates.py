"""The best is found however few pairs the search looks at first."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from matching.engine import match, solve, verify
from matching.engine.solving import cardinality, relaxation, solver
from tests.matching.engine.brute_force import best_ranks, ranks
from tests.matching.engine.test_match import small_problems
from tests.matching.engine.test_solver import best, weights
from tests.properties import examples


@contextmanager
def few_candidates():
    least = {"CANDIDATES": 1, "STRANGERS": 1, "NEAR": 1}
    with ExitStack() as stack:
        stack.enter_context(patch.multiple(solver, **least))
        stack.enter_context(patch.multiple(relaxation, ADDED=1, ALSO_NEAR=0))
        stack.enter_context(patch.object(cardinality, "FEW", 1))
        yield


@examples(150)
@given(weights(), st.integers(0, 9))
def test_solve_finds_and_proves_the_best_from_few_candidates(array, seed):
    with few_candidates():
        solution = solve(array, seed=seed)

    assert (len(solution.pairs), solution.value) == best(array)
    assert solution.is_optimal
    verify(array, solution)


@examples(60)
@given(small_problems())
def test_match_finds_the_best_groups_from_few_candidates(pool):
    with few_candidates():
        outcome = match(pool)

    people = {person.id: person for person in pool.people}
    groups = [group.people for group in outcome.groups]
    found = [
        [people[id] for id in ids]
        for ids in [*groups, *((id,) for id in outcome.unmatched)]
    ]
    assert ranks(pool, found) == best_ranks(pool)


@examples(100)
@given(weights(), st.sampled_from([1e-9, 0.01, 0.2]))
def test_gap_is_reached_from_few_candidates(array, gap):
    """Whatever the candidates miss joins them, until what was found is near enough."""
    with few_candidates():
        solution = solve(array, gap=gap)

    pairs, value = best(array)
    verify(array, solution)
    assert len(solution.pairs) == pairs
    assert solution.value <= value <= solution.bound
    assert solution.bound - solution.value <= gap * solution.bound
