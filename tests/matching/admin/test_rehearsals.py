from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from participants.models import User
from rounds.models import Round
from tests.factories import ApplicationFactory, RoundFactory

pytestmark = pytest.mark.usefixtures("starting_vocabulary")

PAGES = ["rehearse", "rehearsal", "rehearsal_delete"]


def url(page, round_):
    return reverse(f"admin:matching_{page}", args=[round_.pk])


@pytest.fixture
def copy(db):
    """A rehearsal of one person, on matching day."""
    now = timezone.now()
    round_ = RoundFactory(
        name="Rehearsal 1 of Autumn",
        slug="rehearsal-1",
        is_rehearsal=True,
        opens_at=now - timedelta(days=60),
        closes_at=now - timedelta(days=20),
        confirm_by=now - timedelta(days=10),
        matching_at=now - timedelta(hours=1),
    )
    address = f"ana@rehearsal-{round_.pk}.invalid"
    ApplicationFactory(round=round_, user__email=address)
    return round_


def test_round_is_rehearsed_from_its_matching_day(organiser_client, round_):
    day = reverse("admin:matching_matching_day", args=[round_.pk])
    assert url("rehearse", round_) in organiser_client.get(day).text
    change = reverse("admin:rounds_round_change", args=[round_.pk])
    assert url("rehearse", round_) in organiser_client.get(change).text

    response = organiser_client.post(
        url("rehearse", round_), {"people": 3, "at": "closes_at"}, follow=True
    )

    copy = Round.objects.get(is_rehearsal=True)
    assert copy.applications.count() == 3
    assert copy.phase == Round.Phase.CLOSED
    assert response.redirect_chain == [(url("rehearsal", copy), 302)]
    assert LogEntry.objects.get().get_change_message() == (
        f"Began a rehearsal of {round_}."
    )


@pytest.mark.parametrize("people", ["", "0", "301", "many"])
def test_form_says_what_is_wrong(people, organiser_client, round_):
    response = organiser_client.post(
        url("rehearse", round_), {"people": people, "at": "closes_at"}
    )

    assert response.context["form"].errors.keys() == {"people"}
    assert not Round.objects.filter(is_rehearsal=True).exists()


def test_every_page_of_a_rehearsal_says_that_it_is_one(organiser_client, copy):
    for page in ("matching_day", "rehearsal"):
        assert (
            "Everybody in it is invented" in organiser_client.get(url(page, copy)).text
        )
    assert (
        url("rehearse", copy) not in organiser_client.get(url("rehearsal", copy)).text
    )


def test_one_travels_to_a_step(organiser_client, copy):
    response = organiser_client.post(url("rehearsal", copy), {"moment": "ends_at"})

    assert response.url == url("rehearsal", copy)
    assert Round.objects.get().phase == Round.Phase.ENDED
    assert [str(m) for m in get_messages(response.wsgi_request)] == [
        "Rehearsal 1 of Autumn is now at this stage: ended."
    ]


def test_one_travels_to_any_day(organiser_client, copy):
    day = timezone.localdate() - timedelta(days=40)

    organiser_client.post(url("rehearsal", copy), {"day": day.isoformat()})

    assert Round.objects.get().phase == Round.Phase.OPEN


@pytest.mark.parametrize("day", ["", "yesterday", "0001-01-01", "9999-12-31"])
def test_day_that_is_none_is_refused_in_words(day, organiser_client, copy):
    response = organiser_client.post(url("rehearsal", copy), {"day": day})

    assert response.context["form"].errors.keys() == {"day"}
    assert Round.objects.get().matching_at == copy.matching_at


def test_one_button_deletes_it(organiser_client, copy, organiser):
    response = organiser_client.post(url("rehearsal_delete", copy), follow=True)

    assert "is deleted, with all its people" in response.text
    assert not Round.objects.exists()
    assert list(User.objects.all()) == [organiser]


@pytest.mark.parametrize("page", ["rehearsal", "rehearsal_delete"])
def test_real_round_is_no_rehearsal(page, organiser_client, round_):
    response = organiser_client.post(url(page, round_), {"moment": "ends_at"})

    assert response.status_code == 404
    assert Round.objects.get().phase == Round.Phase.OPEN


@pytest.mark.parametrize("page", PAGES)
def test_rehearsals_are_for_who_plans_rounds(page, logged_in, viewer, client, copy):
    assert viewer.post(url(page, copy)).status_code == 403
    assert logged_in().post(url(page, copy)).status_code == 403
    assert client.post(url(page, copy)).status_code == 302
    assert Round.objects.get() == copy


def test_invented_person_gets_no_address_of_somebody_real(organiser_client, copy):
    person = copy.applications.get().user
    page = reverse("admin:participants_user_change", args=[person.pk])

    response = organiser_client.post(page, {"email": "jo@example.org", "name": "Jo"})

    assert "no mail may leave" in response.text
    assert User.objects.get(pk=person.pk).email == person.email
