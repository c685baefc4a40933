from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils import timezone

from iln.mail.tasks import deliver_due
from matching.models import Seat
from matching.publishing import publication
from matching.templatetags.matching import (
    Arc,
    NetworkFigures,
    network_figures,
    partner_arcs,
)
from participants.models import Application
from rounds.models import Round
from tests.factories import (
    ApplicationFactory,
    MatchFactory,
    ProposalFactory,
    considered,
)


def introduce(proposal, organiser):
    publication.publish(proposal, organiser, at_once=True)
    deliver_due()


@pytest.fixture
def published(proposal, match, organiser):
    introduce(proposal, organiser)
    return proposal


def partners_of(application):
    application = Application.objects.get(pk=application.pk)
    template = Template("{% load matching %}{% partners application %}")
    return template.render(Context({"application": application}))


def test_there_are_no_figures_before_the_first_round(proposal, match):
    assert network_figures() is None


def test_figures_are_those_of_the_last_published_round(
    proposal, match, organiser, person, django_assert_max_num_queries
):
    older = ProposalFactory()
    MatchFactory(
        proposal=older,
        applications=[
            ApplicationFactory(round=older.round, country=c) for c in ("PE", "DK")
        ],
    )
    publication.publish(older, organiser)
    pilar = person("Pilar", "PE")
    proposal.unmatched.add(pilar)
    considered(proposal, pilar)
    publication.publish(proposal, organiser)

    with django_assert_max_num_queries(3):
        figures = network_figures()

    assert figures == NetworkFigures(
        round=proposal.round.name, people=2, countries=2, wishes_met=50, left_over=1
    )


def test_figures_are_kept_for_a_minute(published, django_assert_num_queries):
    network_figures()

    with django_assert_num_queries(0):
        network_figures()


def test_map_joins_the_countries_of_partners_and_keeps_that_for_a_minute(
    published, django_assert_num_queries
):
    arcs = partner_arcs()

    assert arcs == [Arc(start=(127.6, 45.7), end=(82.7, 32.1))]
    with django_assert_num_queries(0):
        partner_arcs()


def test_map_joins_nobody_before_the_first_round(match):
    assert partner_arcs() == []


def test_partner_is_shown_with_what_is_meant_for_partners(published, amina):
    card = partners_of(amina)

    for fact in ["Jo", "Australia", "jo@example.org", "+61 2 0000"]:
        assert fact in card
    assert f"/participation/partner/{published.matches.get().pk}/" in card
    assert "+61 4 1111" not in card


def test_no_partner_is_shown_before_the_introduction_has_left(
    proposal, match, organiser, amina
):
    publication.publish(proposal, organiser, at_once=True)
    before = partners_of(amina)

    deliver_due()

    assert before.strip() == ""
    assert "Jo" in partners_of(amina)


def test_no_partner_is_shown_from_a_draft(match, amina):
    assert partners_of(amina).strip() == ""


def test_partner_who_withdrew_is_not_shown(published, amina, jo):
    Application.objects.filter(pk=jo.pk).update(withdrawn_at=timezone.now())

    assert "Jo" not in partners_of(amina)


def test_two_who_are_left_of_three_see_each_other_without_what_was_found_for_all(
    proposal, person, organiser
):
    pilar, soren, mei = (
        person("Pilar", "PE"),
        person("Soren", "DK"),
        person("Mei", "JP"),
    )
    MatchFactory(proposal=proposal, applications=[pilar, soren, mei])
    introduce(proposal, organiser)
    Application.objects.filter(pk=pilar.pk).update(withdrawn_at=timezone.now())

    page = partners_of(soren)

    assert "Mei" in page
    assert "Pilar" not in page
    assert "wishes" not in page


def test_who_withdrew_sees_no_partner(published, amina):
    Application.objects.filter(pk=amina.pk).update(withdrawn_at=timezone.now())

    assert partners_of(amina).strip() == ""


def test_who_left_the_match_sees_no_partner(published, amina):
    Seat.objects.filter(application=amina).update(left_at=timezone.now())

    assert partners_of(amina).strip() == ""


def test_partners_take_as_many_queries_for_two_as_for_one(
    proposal, match, person, organiser, amina, django_assert_num_queries
):
    three = [person("Pilar", "PE"), person("Soren", "DK"), person("Mei", "JP")]
    MatchFactory(proposal=proposal, applications=three)
    introduce(proposal, organiser)

    for application in (amina, three[0]):
        with django_assert_num_queries(6):
            partners_of(application)


def test_rehearsal_is_in_no_public_figures(published):
    Round.objects.update(is_rehearsal=True)

    assert network_figures() is None
    assert partner_arcs() == []
