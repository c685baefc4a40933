from __future__ import annotations

from itertools import combinations

from hypothesis import given

from matching.engine import Wish
from matching.engine.grouping.groups import best_groups
from matching.engine.questions.blocking import blocking_pairs
from matching.engine.scoring.scores import score
from tests.matching.engine.test_match import person, problem, small_problems
from tests.properties import examples


def test_two_who_would_rather_have_each_other_block():
    norway, kenya = (Wish("country", frozenset({code})) for code in ("NO", "KE"))
    scores = score(
        problem(
            person(1, "KE", wishes=(norway,)),
            person(2, "NO", wishes=(kenya,)),
            person(3, "PE"),
            person(4, "AU"),
        )
    )

    assert blocking_pairs(scores, [(0, 2), (1, 3)]).tolist() == [[0, 1]]
    assert blocking_pairs(scores, [(0, 1), (2, 3)]).tolist() == []


def test_two_who_stay_alone_and_may_be_paired_block():
    scores = score(problem(person(1, "KE"), person(2, "NO")))

    assert blocking_pairs(scores, []).tolist() == [[0, 1]]


@examples(20)
@given(small_problems())
def test_blocking_pairs_are_all_there_are(pool):
    scores = score(pool)
    groups = best_groups(scores).groups
    partners = {k: [j for j in group if j != k] for group in groups for k in group}

    def own(k, others):
        met = 0
        for other in others:
            met |= int(scores.met[k, other])
        return int(scores.table[k, met])

    expected = [
        [i, j]
        for i, j in combinations(range(len(scores.people)), 2)
        if scores.allowed[i, j]
        and all(
            k not in partners or own(k, [other]) > own(k, partners[k])
            for k, other in ((i, j), (j, i))
        )
    ]
    assert blocking_pairs(scores, groups).tolist() == expected
