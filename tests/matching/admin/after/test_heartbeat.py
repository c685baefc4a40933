from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching.after import aftercare, reconciling
from matching.models import CheckIn, Concern, Liaison, LogLine, Seat
from matching.publishing import publication
from tests.factories import MatchFactory, UserFactory


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


@pytest.fixture
def caring(logged_in):
    return logged_in("view_proposal", "publish_proposal")


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


def test_help_waits_on_the_board_until_it_is_settled(caring, round_):
    say("Amina", "help", "She does not answer my mails.")
    page = caring.get(at("", round_.pk)).text
    assert "They ask for your help" in page
    assert "She does not answer my mails." in page
    concern = Concern.objects.get()

    caring.post(at("concern", round_.pk, concern.pk), {"act": "settle"})

    assert "They ask for your help" not in caring.get(at("", round_.pk)).text
    assert [one.name for one in LogLine.objects.last().people.all()] == ["Amina"]


def test_help_asked_for_twice_is_one_thing_to_look_at(round_):
    say("Amina", "help", "Please write to me.")
    say("Amina", "help", "Please write to me.")
    say("Amina", "help", "It is about the time zones.")

    words = Concern.objects.get().words
    assert words == "Please write to me.\n\nIt is about the time zones."


def test_board_leads_from_the_silent_to_ending_their_pair(caring, round_, jo):
    assert "Their partner is silent" not in caring.get(at("", round_.pk)).text
    seat = Seat.objects.get(application=jo)
    aftercare.note(seat, "silent", "No word in two weeks.")

    page = caring.get(at("", round_.pk)).text
    assert "<bdi>Amina</bdi></strong> waits for <bdi>Jo</bdi>" in " ".join(page.split())
    way = f"{at('pair', round_.pk, seat.match_id)}?end=1"
    assert f'href="{way}#end-pair"' in page
    form = caring.get(way).context["ending"]
    assert form.fields["again"].initial == [
        str(one.application_id)
        for one in seat.match.seats.all()
        if one.application_id != jo.pk
    ]
    assert 'id="end-pair" open>' in caring.get(way).text


def test_liaisons_see_only_the_silent_of_their_countries(logged_in, round_, jo):
    aftercare.note(Seat.objects.get(application=jo), "silent", "No word.")
    liaison = UserFactory(is_staff=True)
    Liaison.objects.create(user=liaison, countries=["DK"])
    client = Client()
    client.force_login(liaison)

    assert "Their partner is silent" not in client.get(at("", round_.pk)).text
