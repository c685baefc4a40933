from __future__ import annotations

import pytest
from django.urls import reverse

from matching.examples import WAYS, judged
from rounds.levels import LEVELS, default_levels
from tests.factories import RoundFactory


def test_anybody_may_read_how_we_match(client, db):
    response = client.get(reverse("matching:how"))

    assert response.status_code == 200
    assert response.context["levels"] == list(LEVELS.values())


def test_page_follows_the_order_of_the_current_round(client, db):
    order = ["hours", "wishes", "none_met", "bad_luck", "new_countries"]
    RoundFactory(levels=order)

    response = client.get(reverse("matching:how"))

    assert response.context["levels"] == [LEVELS[level] for level in order]
    best = [way.pairs for way, _ in response.context["ways"] if not way.lost_at]
    assert best == ["Amina with Jo, Søren with María"]


def test_page_takes_one_query(client, round_, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(reverse("matching:how"))


def test_example_is_decided_by_the_first_level_that_differs():
    results = [way.lost_at for way in judged(default_levels())]

    assert results == ["people with no wish met", "", "wishes met"]


@pytest.mark.parametrize("first", LEVELS)
def test_example_always_has_one_best_way(first):
    levels = [first, *(level for level in LEVELS if level != first)]

    assert sum(not way.lost_at for way in judged(levels)) == 1
    assert len({tuple(way.key(levels)) for way in WAYS}) == len(WAYS)
