from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import MatchFactory, ProposalFactory, RoundFactory, SeatFactory
from tests.matching.reports import line


@pytest.fixture
def page(proposal):
    return reverse("admin:matching_compare", args=[proposal.round_id])


@pytest.fixture
def other(proposal):
    return ProposalFactory(
        round=proposal.round, seed=7, made_with={"input": "c0ffee", "version": "1.2"}
    )


def test_comparison_is_for_who_may_look(page, client, logged_in, viewer):
    assert client.get(page).url.startswith(reverse("admin:login"))
    assert logged_in().get(page).status_code == 403
    assert viewer.get(page).status_code == 200


def test_the_two_newest_are_compared_unless_asked(page, viewer, proposal, other):
    assert viewer.get(page).context["two"] == [proposal, other]

    asked = viewer.get(page, {"one": other.pk, "other": proposal.pk})

    assert asked.context["two"] == [other, proposal]


@pytest.mark.parametrize("pick", ["same", "elsewhere", "nonsense"])
def test_what_cannot_be_compared_is_said(page, viewer, proposal, other, pick):
    wrong = {
        "same": proposal.pk,
        "elsewhere": ProposalFactory(round=RoundFactory()).pk,
        "nonsense": "x",
    }

    response = viewer.get(page, {"one": proposal.pk, "other": wrong[pick]})

    assert list(response.context["form"].errors) == ["other"]
    assert "comparison" not in response.context


def test_round_without_proposals_has_nothing_to_compare(viewer):
    page = reverse("admin:matching_compare", args=[RoundFactory().pk])

    assert "There is nothing to compare yet." in viewer.get(page).text


def test_page_shows_who_gains_and_what_both_were_made_with(
    page, viewer, match, other, amina, jo
):
    better = MatchFactory(proposal=other, applications=[amina, jo])
    report = [
        line("workplace", "x", met=True, strength="must"),
        line("country", "CA", met=True),
    ]
    seat = better.seats.filter(application=amina)
    seat.update(wishes=2, wishes_met=2, report=report)

    response = viewer.get(page, {"show": "gains"})

    [gains] = response.context["people"]
    assert gains.person == amina
    assert [fate.place.met for fate in gains.fates] == [1, 2]
    assert [fate.partners for fate in gains.fates] == [[jo], [jo]]
    assert "<td>c0ffee</td>" in response.text
    for one in (match, better):
        link = reverse("admin:matching_proposal_pair", args=[one.proposal_id, one.pk])
        assert link in response.text


def test_comparison_takes_the_same_queries_for_few_and_for_many(
    page, viewer, proposal, other, person
):
    def pair(*names):
        people = [person(name, name[:2]) for name in names]
        for each in (proposal, other):
            match = MatchFactory(proposal=each)
            SeatFactory(match=match, application=people[0], position=1)
            SeatFactory(match=match, application=people[1], position=2)

    def compare():
        with CaptureQueriesContext(connection) as queries:
            response = viewer.get(page, {"p": 2, "pairs": "both"})
        return response, len(queries)

    pair("KE", "AU")
    _, for_few = compare()
    for nth in range(13):
        pair(f"KE{nth}", f"AU{nth}")
    many, for_many = compare()

    assert for_few == for_many
    assert len(many.context["people"].object_list) == 28 - 25
    assert len(many.context["pairs"].object_list) == 14


def test_day_leads_to_comparison_where_there_are_two(page, viewer, proposal):
    day = reverse("admin:matching_matching_day", args=[proposal.round_id])
    assert page not in viewer.get(day).text

    ProposalFactory(round=proposal.round)

    assert page in viewer.get(day).text
