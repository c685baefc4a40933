"""The list of pairs: what is found, in which order, and how many still want a look."""

from __future__ import annotations

import pytest
from django.utils import timezone

from matching.admin.looking import pair_list
from matching.models import Match, Seat
from tests.factories import MatchFactory
from tests.matching.admin.looking.test_proposals import at
from tests.matching.admin.many import many_pairs


def names(response):
    """Who is in the list of pairs."""
    return [
        [seat.application.name for seat in match.seats.all()]
        for match in response.context["page"]
    ]


@pytest.fixture
def fares(proposal):
    """Seats people, with how many of their wishes are met: `fares(480, (amina, 1, 4), …)`."""

    def make(minutes, *people):
        match = MatchFactory(
            proposal=proposal,
            minutes_awake=minutes,
            applications=[person for person, *_ in people],
        )
        for person, met, wishes in people:
            Seat.objects.filter(application=person).update(
                wishes=wishes, wishes_met=met
            )
        return match

    return make


@pytest.fixture
def round_of_seven(person, fares):
    """Ana & Bo, who fare very differently; Cleo & Dag; Eva & Finn & Gül, one in vain."""
    zone = {"time_zone": "America/Lima"}
    ana, bo = person("Ana", "PE", **zone), person("Bo", "SE")
    cleo, dag = person("Cléo", "FR"), person("Dag", "KE")
    eva, finn, gul = person("Eva", "CZ"), person("Finn", "IE"), person("Gül", "TR")
    pair = fares(600, (ana, 1, 4), (bo, 3, 4))
    Match.objects.filter(pk=pair.pk).update(reviewed_at=timezone.now())
    fares(480, (cleo, 2, 2), (dag, 0, 0))
    fares(240, (eva, 0, 1), (finn, 2, 5), (gul, 0, 0))


AB, CD, EFG = ["Ana", "Bo"], ["Cléo", "Dag"], ["Eva", "Finn", "Gül"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [EFG, AB, CD]),
        ({"q": "cleo"}, [CD]),
        ({"q": "SWEDEN"}, [AB]),
        ({"q": "lima"}, [AB]),
        ({"q": "finn ireland"}, [EFG]),
        ({"q": "finn turkey"}, []),
        ({"q": "nobody"}, []),
        ({"country": "KE"}, [CD]),
        ({"country": "XX"}, [EFG, AB, CD]),
        ({"show": "none-met"}, [EFG]),
        ({"show": "one-sided"}, [AB]),
        ({"show": "three"}, [EFG]),
        ({"show": "three", "country": "KE"}, []),
        ({"reviewed": "reviewed"}, [AB]),
        ({"reviewed": "to-review"}, [EFG, CD]),
        ({"sort": "gap"}, [AB, EFG, CD]),
        ({"sort": "hours"}, [EFG, CD, AB]),
        ({"sort": "name"}, [AB, CD, EFG]),
        ({"sort": "country"}, [EFG, CD, AB]),
        ({"sort": "; drop table"}, [EFG, AB, CD]),
        ({"p": "99"}, [EFG, AB, CD]),
    ],
)
def test_pairs_are_found_and_sorted(query, found, viewer, proposal, round_of_seven):
    response = viewer.get(at("change", proposal.pk), query)

    assert names(response) == found


def test_list_counts_what_wants_a_look(viewer, proposal, round_of_seven):
    page = viewer.get(at("change", proposal.pk)).text

    for words in [
        "2 of 3 to review",
        "1 with no wish met",
        "1 with one side far worse off",
        "1 of three people",
        "1 of 3 reviewed",
    ]:
        assert words in page


@pytest.mark.parametrize(
    ("first", "second", "is_one_sided"),
    [
        ((1, 4), (3, 4), True),
        ((0, 1), (1, 2), True),
        ((1, 2), (2, 2), False),
        ((1, 4), (2, 4), False),
        ((0, 4), (0, 0), False),
    ],
)
def test_one_side_is_far_worse_off_with_less_than_half_and_far_less(
    first, second, is_one_sided, fares, amina, jo
):
    fares(480, (amina, *first), (jo, *second))

    assert Match.objects.with_wishes().one_sided().exists() == is_one_sided


def test_nothing_found_offers_all(viewer, proposal, round_of_seven):
    page = viewer.get(at("change", proposal.pk), {"q": "nobody"}).text

    assert "No such pair." in page
    assert "Show all 3" in page


def test_proposal_without_pairs_says_so(viewer, proposal):
    page = viewer.get(at("change", proposal.pk)).text

    assert "Nobody has a partner in this proposal." in page


def test_page_is_the_one_with_the_pair(viewer, proposal):
    *_, last = many_pairs(proposal, pair_list.PAIRS_A_PAGE + 1)

    response = viewer.get(at("pair", proposal.pk, last.pk), {"sort": "hours"})

    assert names(response)[-1] == ["One 40", "One 41"]
    assert response.context["page"].number == 2
    assert response.context["place"] == 21
    assert response.context["after"] is None


@pytest.fixture
def queries(viewer, proposal, django_assert_num_queries):
    def expect(count, number, query):
        pairs = many_pairs(proposal, count)
        with django_assert_num_queries(number["list"]):
            viewer.get(at("change", proposal.pk), query)
        with django_assert_num_queries(number["pair"]):
            viewer.get(at("pair", proposal.pk, pairs[-1].pk), query)

    return expect


@pytest.mark.parametrize("count", [10, 1000])
def test_thousand_pairs_take_as_many_queries_as_ten(count, queries):
    queries(count, {"list": 54, "pair": 37}, {"q": "one", "sort": "country"})
