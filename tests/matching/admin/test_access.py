"""Whoever looks at somebody's data on matching day is noted, for that person to see."""

from __future__ import annotations

from django.urls import reverse

from participants.models import Access
from tests.factories import ApplicationFactory, OrganiserFactory


def noted():
    return {(look.person_id, look.where) for look in Access.objects.all()}


def people_of(match):
    return {seat.application.user_id for seat in match.seats.all()}


def test_pair_that_is_opened_is_noted(viewer, proposal, match):
    viewer.get(reverse("admin:matching_proposal_pair", args=[proposal.pk, match.pk]))

    where = "matching day, proposal/review"
    assert {(pk, where) for pk in people_of(match)} <= noted()


def test_introduction_that_is_shown_is_noted(viewer, proposal, match):
    seat = match.seats.first()

    viewer.get(reverse("admin:matching_proposal_mail", args=[proposal.pk, seat.pk]))

    assert noted() == {(pk, "matching day, introduction") for pk in people_of(match)}


def test_likely_doubles_are_noted_and_nobody_else(client, round_):
    first, second = (
        ApplicationFactory(round=round_, name="Amina Otieno", country="KE")
        for _ in range(2)
    )
    ApplicationFactory(round=round_, name="Mei Lin", country="AU")
    client.force_login(OrganiserFactory())

    client.get(reverse("admin:matching_ready", args=[round_.pk]))

    people = {first.user_id, second.user_id}
    assert noted() == {(pk, "matching day, ready") for pk in people}
