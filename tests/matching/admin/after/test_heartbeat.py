from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from matching.after import reconciling
from matching.models import CheckIn, Seat
from matching.publishing import publication
from tests.factories import MatchFactory


def at(name, *args):
    ending = f"_{name}" if name else ""
    return reverse(f"admin:matching_after{ending}", args=args)


@pytest.fixture
def round_(proposal, match, person, organiser):
    """Amina with Jo, Soren with Mei; all have been asked once."""
    others = [person("Soren", "DK"), person("Mei", "JP")]
    MatchFactory(proposal=proposal, applications=others)
    publication.publish(proposal, organiser, at_once=True)
    for seat in Seat.objects.all():
        CheckIn.objects.create(seat=seat, number=1, asked_at=timezone.now())
    return proposal.round


def say(name, answer, words=""):
    asked = CheckIn.objects.get(seat__application__name=name)
    reconciling.answer(asked, answer, "", words)


def test_board_counts_who_would_change_and_who_is_at_odds(viewer, round_, amina):
    say("Amina", "in_touch")
    say("Jo", "not_yet")
    reconciling.rather_change(Seat.objects.get(application=amina))

    page = " ".join(viewer.get(at("", round_.pk)).text.split())

    assert (
        '<strong>1</strong> <a href="' + at("pairs", round_.pk) + "?show=change" in page
    )
    assert "pair says different things" in page


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ("change", {"Amina", "Jo"}),
        ("at-odds", {"Amina", "Jo"}),
        ("help", {"Soren", "Mei"}),
        ("nothing", {"Soren", "Mei"}),
        ("silent", set()),
    ],
)
def test_pairs_are_found_by_what_was_said(viewer, round_, amina, shown, found):
    say("Amina", "in_touch")
    say("Jo", "not_yet")
    say("Soren", "help")
    reconciling.rather_change(Seat.objects.get(application=amina))

    page = viewer.get(at("pairs", round_.pk), {"show": shown}).text

    assert {name for name in ("Amina", "Jo", "Soren", "Mei") if name in page} == found


def test_pair_shows_both_answers_held_together(viewer, round_, match):
    say("Amina", "in_touch")
    say("Jo", "help", "I lost the address.")

    page = viewer.get(at("pair", round_.pk, match.pk)).text

    assert "Held together: somebody asks for help." in page
    assert "I lost the address." in page


@pytest.mark.parametrize("more", [0, 4])
def test_list_takes_as_many_queries_for_one_pair_as_for_three(
    more, viewer, round_, person, django_assert_num_queries
):
    countries = ["PE", "CA", "BR", "FR"][:more]
    people = [person(f"Person {code}", code) for code in countries]
    for two in zip(people[::2], people[1::2], strict=True):
        MatchFactory(proposal=round_.proposals.get(), applications=two)
    Seat.objects.update(published_at=timezone.now())

    with django_assert_num_queries(8):
        viewer.get(at("pairs", round_.pk))
