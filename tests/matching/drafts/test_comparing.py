from __future__ import annotations

import pytest

from matching.drafts.comparing import Comparison, points
from matching.engine import judge
from matching.problems import candidates, groups_of, problem
from matching.services import propose
from tests.factories import MatchFactory, ProposalFactory
from tests.matching.reports import line

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(proposal):
    return ProposalFactory(round=proposal.round)


def wishes(match, person, *report):
    met = sum(wish["met"] for wish in report)
    seats = match.seats.filter(application=person)
    seats.update(wishes=len(report), wishes_met=met, report=list(report))


def kinds(one, other):
    comparison = Comparison(one, other)
    return {
        comparison.people[change.person].name: change.kind
        for change in comparison.changes
    }


def test_points_count_the_strongest_wish_first():
    report = [
        line("role", "a", met=True),
        line("country", "PE", met=True, strength="must"),
        line("language", "en", strength="must"),
    ]

    assert points(report) == 4 * 12 + 2 * 6


def test_everybody_gains_loses_stays_comes_or_goes(proposal, other, person):
    a, b, c, d, e, f = (
        person(name, name) for name in ("KE", "AU", "PE", "NO", "FR", "DE")
    )
    first = MatchFactory(proposal=proposal, applications=[a, b])
    wishes(first, a, line("role", "x"))
    wishes(first, b, line("role", "x", met=True))
    MatchFactory(proposal=proposal, applications=[c, d])
    proposal.unmatched.add(e)
    second = MatchFactory(proposal=other, applications=[a, c])
    wishes(second, a, line("role", "x", met=True))
    MatchFactory(proposal=other, applications=[e, f])
    other.unmatched.add(b)

    assert kinds(proposal, other) == {
        "AU": "loses",
        "DE": "came",
        "FR": "gains",
        "KE": "gains",
        "NO": "went",
        "PE": "partner",
    }
    assert kinds(proposal, proposal) == dict.fromkeys(
        ["KE", "AU", "PE", "NO", "FR"], "same"
    )


def test_groups_changed_or_stayed(proposal, other, person):
    a, b, c, d, e = (person(name, name) for name in ("KE", "AU", "PE", "NO", "FR"))
    MatchFactory(proposal=proposal, applications=[b, a])
    MatchFactory(proposal=proposal, applications=[c, d])
    MatchFactory(proposal=other, applications=[a, b])
    MatchFactory(proposal=other, applications=[c, d, e])

    assert Comparison(proposal, other).groups == {
        "one": [(c.pk, d.pk)],
        "other": [(c.pk, d.pk, e.pk)],
        "both": [(a.pk, b.pk)],
    }


def test_first_level_that_differs_decides(proposal, other, person):
    a, b = person("A", "KE"), person("B", "AU")
    match = MatchFactory(proposal=proposal, applications=[a, b], minutes_awake=500)
    wishes(match, a, line("role", "x", met=True), line("country", "PE"))
    MatchFactory(proposal=other, applications=[a, b], minutes_awake=600)

    comparison = Comparison(proposal, other)

    assert [(level.name, level.one, level.other) for level in comparison.levels] == [
        ("matched", 2, 2),
        ("none_met", 1, 0),
        ("half_met", 1, 0),
        ("bad_luck", 0, 0),
        ("wishes", 24, 0),
        ("hours", 16, 20),
        ("new_countries", 0, 0),
    ]
    assert comparison.decisive.name == "none_met"
    assert Comparison(other, other).decisive is None


def test_levels_are_those_that_the_engine_counts(proposal, person):
    """A proposal that a search made, against the judgement of the same groups."""
    for country in ("KE", "AU", "PE", "NO", "FR"):
        person(country, country, wishes=[("country", "nice", "PE", "NO")])
    found, empty = propose(proposal.round), ProposalFactory(round=proposal.round)
    people = candidates(proposal.round)
    places = {one.pk: place for place, one in enumerate(people)}
    groups = [[places[key] for key in group] for group in groups_of(found)]

    judged = judge(problem(proposal.round, people), groups).levels

    ours = {level.name: level.one for level in Comparison(found, empty).levels}
    assert ours == {one.name: one.reached for one in judged if one.name != "kept"}
