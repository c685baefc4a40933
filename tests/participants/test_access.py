from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import RequestFactory
from django.urls import reverse

from participants.access import log_access
from participants.models import Access
from tests.factories import (
    ApplicationFactory,
    ChannelFactory,
    MessageFactory,
    OrganiserFactory,
    RoundFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, 20, tzinfo=UTC)


@pytest.fixture
def seen():
    """What was noted: who, whose, where."""

    def rows():
        looks = Access.objects.order_by("pk")
        return [(look.by, look.person, look.where) for look in looks]

    return rows


def asked_by(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


def pages(client, *names):
    for name, *args in names:
        response = client.get(reverse(f"admin:{name}", args=args))
        assert response.status_code == 200


def test_every_admin_page_about_somebody_is_noted(organiser_client, organiser, seen):
    mine = ApplicationFactory()
    user = mine.user
    mail = MessageFactory(recipient=user)

    pages(
        organiser_client,
        ("participants_application_change", mine.pk),
        ("participants_application_history", mine.pk),
        ("participants_user_change", user.pk),
        ("participants_user_erase", user.pk),
        ("mail_message_change", mail.pk),
        ("participants_application_changelist",),
        ("mail_message_changelist",),
    )

    assert seen() == [
        (organiser, user, "application, page"),
        (organiser, user, "person, page"),
        (organiser, user, "message, page"),
        (organiser, user, "application, list"),
        (organiser, user, "message, list"),
    ]


def test_list_is_noted_for_those_on_it_in_two_queries_more(
    organiser_client, django_assert_max_num_queries, seen
):
    ApplicationFactory.create_batch(3)
    url = reverse("admin:participants_application_changelist")

    organiser_client.get(url, {"q": "nobody at all"})
    assert seen() == []
    with django_assert_max_num_queries(16):
        organiser_client.get(url)

    assert len(seen()) == 3


def test_pages_about_nobody_are_not_noted(organiser_client, seen):
    round_ = RoundFactory()

    pages(
        organiser_client,
        ("index",),
        ("rounds_round_change", round_.pk),
        ("rounds_round_changelist",),
        ("participants_user_add",),
        ("participants_access_changelist",),
    )

    assert seen() == []


def test_refused_page_is_not_noted(client, seen):
    client.force_login(UserFactory(is_staff=True))
    mine = ApplicationFactory()

    url = reverse("admin:participants_application_change", args=[mine.pk])

    assert client.get(url).status_code == 403
    assert seen() == []


def test_looks_are_noted_once_an_hour_per_organiser_and_page(seen):
    one, other, person = OrganiserFactory(), OrganiserFactory(), UserFactory()

    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(3):
            log_access(asked_by(one), [person.pk], "pair")
        log_access(asked_by(one), [person.pk], "paper")
        log_access(asked_by(other), [person.pk], "pair")
        clock.shift(timedelta(minutes=39))
        log_access(asked_by(one), [person.pk], "pair")
        clock.shift(timedelta(minutes=1))
        log_access(asked_by(one), [person.pk], "pair")

    assert seen() == [
        (one, person, "pair"),
        (one, person, "paper"),
        (other, person, "pair"),
        (one, person, "pair"),
    ]
    assert {look.seen_at.minute for look in Access.objects.all()} == {0}


def test_ones_own_page_and_people_who_are_gone_need_no_row(seen):
    organiser = OrganiserFactory()

    log_access(asked_by(organiser), [organiser.pk, 4711], "pair")

    assert seen() == []


def test_log_outlives_the_organiser_but_not_the_person(seen):
    organiser, person = OrganiserFactory(), UserFactory()
    log_access(asked_by(organiser), [person.pk], "pair")

    organiser.delete()
    assert seen() == [(None, person, "pair")]
    person.delete()
    assert seen() == []


def test_log_can_be_read_and_searched_and_by_nobody_be_changed(organiser_client):
    mine = ApplicationFactory(user__name="Ann Ochre")
    ChannelFactory(application=mine)
    page = reverse("admin:participants_application_change", args=[mine.pk])
    organiser_client.get(page)
    look = Access.objects.get()
    args = [look.pk]

    found = organiser_client.get(
        reverse("admin:participants_access_changelist"), {"q": "Ochre"}
    )

    assert "Ann Ochre" in found.content.decode()
    add = reverse("admin:participants_access_add")
    delete = reverse("admin:participants_access_delete", args=args)
    change = reverse("admin:participants_access_change", args=args)
    assert organiser_client.get(add).status_code == 403
    assert organiser_client.post(delete, {"post": "yes"}).status_code == 403
    assert organiser_client.post(change, {"where": "x"}).status_code == 403
    assert Access.objects.get().where == "application, page"
