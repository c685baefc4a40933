from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.engine.questions.rematching import Rematching
from tests.properties import examples


@st.composite
def rounds(draw):
    """Weights of n people, the last of whom is not there yet; and who else is absent."""
    n = draw(st.integers(1, 11))
    most = draw(st.sampled_from([0, 1, 20, 1 << 40]))
    kinds = [
        *[-1] * draw(st.sampled_from([1, 4, 12])),
        *range(0, most + 1, most // 3 or 1),
    ]
    weights = np.full((n, n), -1, dtype=np.int64)
    for i in range(n):
        for j in range(i):
            weights[i, j] = weights[j, i] = draw(st.sampled_from(kinds))
    absent = draw(st.sets(st.integers(0, n - 2), max_size=3)) if n > 1 else set()
    return weights, sorted(absent)


def best(weights, people):
    graph = nx.Graph()
    graph.add_nodes_from(people)
    graph.add_weighted_edges_from(
        (i, j, int(weights[i, j]))
        for i in people
        for j in people
        if i < j and weights[i, j] >= 0
    )
    return sorted(map(tuple, map(sorted, nx.max_weight_matching(graph, True))))


def figures(weights, pairs):
    return len(pairs), sum(int(weights[pair]) for pair in pairs)


def prepared(weights, absent):
    here = [k for k in range(len(weights) - 1) if k not in absent]
    return here, Rematching(weights[:-1, :-1], best(weights, here), absent)


def pairs_of(mate):
    assert all(mate[j] == i for i, j in enumerate(mate) if j >= 0)
    return [(i, j) for i, j in enumerate(mate) if i < j]


@examples(35)
@given(rounds(), st.data())
def test_rematching_is_as_good_as_beginning_anew(made, data):
    """Somebody has fewer possibilities, goes, or comes; and absent people come back."""
    weights, absent = made
    here, rematching = prepared(weights, absent)
    new = len(weights) - 1
    somebody = data.draw(st.sampled_from([*here, new]))
    lost = data.draw(st.sets(st.sampled_from(range(len(weights)))))
    coming = data.draw(st.sampled_from([[], absent]))
    leaves = somebody in here and data.draw(st.booleans())
    rows = {person: rematching.row(person) for person in coming}
    other = weights.copy()
    if leaves:
        rows[somebody] = None
    else:
        other[somebody, sorted(lost)] = other[sorted(lost), somebody] = -1
        rows[somebody] = other[somebody].copy()
    people = sorted({*here, *coming, somebody}.difference([somebody] if leaves else []))

    mate = rematching.rematch(rows)

    found = pairs_of(mate)
    assert figures(other, found) == figures(other, best(other, people))
    assert {k for pair in found for k in pair} <= set(people)


@examples(35)
@given(rounds(), st.data())
def test_who_is_to_be_paired_is_paired(made, data):
    weights, absent = made
    here, rematching = prepared(weights, absent)
    possible = [k for k in here if (weights[k][here] >= 0).any()]
    assume(possible)
    somebody = data.draw(st.sampled_from(possible))
    wanted = [k for k in here if weights[somebody, k] >= 0]
    some = data.draw(st.sets(st.sampled_from(wanted), min_size=1))
    others = sorted(set(range(len(weights))) - some)
    weights = weights.copy()
    weights[somebody, others] = weights[others, somebody] = -1

    mate = rematching.rematch({somebody: weights[somebody]}, paired=[somebody])

    found = pairs_of(mate)
    # A partner for them comes before everything: no more pairs are lost by it than must be.
    expected = max(
        figures(weights, [(min(somebody, k), max(somebody, k)), *rest])
        for k in some
        for rest in [best(weights, [one for one in here if one not in (somebody, k)])]
    )
    assert figures(weights, found) == expected
    assert mate[somebody] in some


@examples(20)
@given(rounds())
def test_question_without_a_change_has_the_present_answer_and_leaves_no_trace(made):
    weights, absent = made
    here, rematching = prepared(weights, absent)
    before = rematching.worth.copy()

    for person in here:
        rematching.rematch({person: None})

    assert (rematching.worth == before).all()
    assert pairs_of(rematching.rematch({})) == best(weights, here)


@examples(20)
@given(rounds())
def test_bounds_are_never_above_what_a_pair_really_costs(made):
    weights, absent = made
    here, rematching = prepared(weights, absent)
    count, value = figures(weights, best(weights, here))

    for a in here:
        bounds = rematching.bounds(a)
        for b in (b for b in here if weights[a, b] >= 0):
            rest = best(weights, [k for k in here if k not in (a, b)])
            pairs, worth = figures(weights, [*rest, (a, b)])
            assert pairs < count or 0 <= bounds[b] <= value - worth
        assert all(bounds[b] == -1 for b in here if weights[a, b] < 0)


def test_pairs_that_are_not_the_best_are_refused():
    weights = np.array([[-1, 0, 1, -1], [0, -1, -1, 1], [1, -1, -1, 0], [-1, 1, 0, -1]])

    with pytest.raises(ValueError, match="not a best matching"):
        Rematching(weights, [(0, 1), (2, 3)])


def test_worths_beyond_64_bits_are_refused():
    weights = np.array([[-1, 1 << 59], [1 << 59, -1]])

    with pytest.raises((OverflowError, ValueError)):
        Rematching(weights, [(0, 1)])
