"""Who is signed in as a participant, and for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.utils import timezone

from participants import sessions
from tests.factories import OrganiserFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(rf):
    """Makes requests of one browser: `visit("/x/")`."""
    store = SessionStore()

    def request(path="/participation/", method="get"):
        made = getattr(rf, method)(path)
        made.session, made.user = store, AnonymousUser()
        return made

    return request


def away_for(visit, **time):
    """As if the last page had been asked for so long ago."""
    session = visit().session
    then = timezone.now() - timedelta(**time)
    session[sessions.KEY] = session[sessions.KEY] | {"seen": then.isoformat()}


def test_a_session_knows_its_person_and_nobody_else(visit):
    person, _ = UserFactory(), UserFactory()

    assert sessions.participant(visit()) is None
    sessions.begin(visit(), person)

    assert sessions.participant(visit()) == person


def test_beginning_and_ending_change_the_session_key(visit):
    visit().session.create()
    first = visit().session.session_key

    sessions.begin(visit(), UserFactory())
    second = visit().session.session_key
    sessions.end(visit())

    assert len({first, second, visit().session.session_key}) == 3
    assert sessions.participant(visit()) is None


def test_a_session_ends_after_two_idle_hours(visit):
    person = UserFactory()
    sessions.begin(visit(), person)

    away_for(visit, minutes=119)
    assert sessions.participant(visit()) == person

    away_for(visit, minutes=121)
    assert sessions.participant(visit()) is None
    assert sessions.KEY not in visit().session


def test_a_session_ends_after_a_day_however_busy(visit):
    person = UserFactory()
    sessions.begin(visit(), person)
    began = timezone.now() - timedelta(hours=24, seconds=1)
    kept = visit().session[sessions.KEY] | {"began": began.isoformat()}
    visit().session[sessions.KEY] = kept

    assert sessions.participant(visit()) is None


@pytest.mark.parametrize(
    "change", [{"email": "new@example.org"}, {"is_active": False}, None]
)
def test_a_session_ends_with_a_new_address_or_without_the_person(visit, change):
    person = UserFactory()
    sessions.begin(visit(), person)

    if change:
        type(person).objects.filter(pk=person.pk).update(**change)
    else:
        person.delete()

    assert sessions.participant(visit()) is None


def test_a_page_for_participants_sends_others_for_a_link_and_back(visit):
    person = UserFactory()
    page = sessions.for_participants(lambda request, user: HttpResponse(user.email))

    stranger = page(visit("/participation/data/?as=csv"))
    sender = page(visit("/participation/data/", "post"))
    sessions.begin(visit(), person)
    known = page(visit("/participation/data/"))

    link = "/participation/link/"
    assert stranger.url == f"{link}?next=%2Fparticipation%2Fdata%2F%3Fas%3Dcsv"
    assert sender.url == link
    assert known.content.decode() == person.email
    assert "no-store" in known["Cache-Control"]
    assert "no-store" in stranger["Cache-Control"]


def test_an_organiser_signed_in_as_participant_is_not_in_the_admin(client):
    organiser = OrganiserFactory()
    request = client.get("/").wsgi_request
    sessions.begin(request, organiser)
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key

    response = client.get("/admin/")

    assert response.url == "/admin/login/?next=/admin/"
