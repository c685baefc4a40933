"""“Not who I can work with” reaches an organiser, and nobody else."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from iln.mail.models import Message
from iln.mail.tasks import deliver_due
from matching.after import aftercare, concerns
from matching.models import Concern, Liaison, Seat
from matching.publishing import publication
from participants import sessions
from tests.factories import OrganiserFactory, UserFactory


@pytest.fixture
def introduced(proposal, match, organiser):
    publication.publish(proposal, organiser, at_once=True)
    deliver_due()
    return match


@pytest.fixture
def only_looking(db):
    """A browser of an organiser who may see pairs and do nothing about them."""
    user = UserFactory(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_proposal"))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def amina_in(introduced, amina):
    """A browser in which Amina is signed in."""
    client = Client()
    request = client.get("/how-we-match/").wsgi_request
    sessions.begin(request, amina.user)
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key
    return client


def url(match, name="concern"):
    return reverse(f"matching:{name}", args=[match.pk])


def seat_of(application):
    return Seat.objects.get(application=application)


def alerts():
    return Message.objects.filter(kind="concern")


def liaison(country):
    user = UserFactory(is_staff=True)
    Liaison.objects.create(user=user, countries=[country])
    return user


def test_looking_at_the_page_tells_nobody(amina_in, introduced):
    page = amina_in.get(url(introduced))

    assert "Your partner does not hear of it" in page.text
    assert not Concern.objects.exists()


def test_button_tells_organisers_and_not_the_partner(
    amina_in, introduced, amina, jo, organiser
):
    response = amina_in.post(url(introduced), {"words": "We keep missing each other."})

    assert response.url == url(introduced, "concern_told")
    assert "An organiser will write to you" in amina_in.get(response.url).text
    assert Concern.objects.get().words == "We keep missing each other."
    [mail] = alerts()
    assert mail.recipient == organiser
    assert mail.stream == Message.Stream.ALERTS
    for secret in ["Amina", "Jo", "missing"]:
        assert secret not in mail.subject + mail.text + mail.html
    assert not Message.objects.filter(
        recipient=jo.user, sent_at=None, due_at__lte=timezone.now()
    ).exists()


def test_words_are_not_needed_but_have_an_end(amina_in, introduced):
    long = amina_in.post(url(introduced), {"words": "x" * 2001})
    assert "Please look at this again" in long.text
    assert "x" * 2001 in long.text
    assert not Concern.objects.exists()

    amina_in.post(url(introduced), {"words": ""})

    assert Concern.objects.get().words == ""


def test_saying_more_adds_to_what_organisers_look_at(introduced, amina, organiser):
    concerns.tell(seat_of(amina), "We keep missing each other.")
    concerns.see(Concern.objects.get(), organiser)
    concerns.tell(seat_of(amina), "We keep missing each other.")
    assert Concern.objects.get().seen_at

    concerns.tell(seat_of(amina), "Again today.")

    concern = Concern.objects.get()
    assert concern.words == "We keep missing each other.\n\nAgain today."
    assert concern.seen_at is None
    assert alerts().count() == 2


def test_liaisons_of_the_country_hear_it_instead_of_all(introduced, amina, jo):
    kenyas, _ = liaison("KE"), liaison("PE")

    concerns.tell(seat_of(amina), "")

    assert [mail.recipient for mail in alerts()] == [kenyas]


def test_an_organiser_hears_nothing_about_themselves(introduced, amina, jo, organiser):
    jo.user.is_staff = jo.user.is_superuser = True
    jo.user.save()

    concern = concerns.tell(seat_of(amina), "")

    assert [mail.recipient for mail in alerts()] == [organiser]
    reach = aftercare.reach(jo.user)
    round_ = introduced.proposal.round
    assert not concerns.concerns(round_, reach, jo.user).exists()
    assert concerns.concerns(round_, reach, organiser).get() == concern


def test_nothing_can_be_told_once_the_pair_is_over(amina_in, introduced, amina):
    Seat.objects.filter(match=introduced).update(left_at=timezone.now())

    assert amina_in.post(url(introduced), {"words": ""}).status_code == 404
    with pytest.raises(aftercare.Refused):
        concerns.tell(seat_of(amina), "")


@pytest.mark.parametrize("name", ["concern", "concern_told"])
def test_others_find_no_such_page(name, introduced, organiser_client):
    response = organiser_client.get(url(introduced, name))

    assert response.url.startswith(reverse("participants:send_link"))


def test_settled_concern_calls_nobody_any_more(introduced, amina, organiser):
    concern = concerns.tell(seat_of(amina), "")
    concerns.settle(concern, organiser)

    deliver_due()

    assert alerts().get().last_answer == "This is settled."


def test_ending_the_pair_settles_it(introduced, amina, organiser):
    concerns.tell(seat_of(amina), "")

    aftercare.end(introduced, {amina.pk}, "She asked.", organiser)

    concern = Concern.objects.get()
    assert (concern.by, bool(concern.closed_at)) == (organiser, True)


def test_board_shows_it_and_takes_it_on(introduced, amina, organiser_client, organiser):
    concern = concerns.tell(seat_of(amina), "We keep missing each other.")
    round_ = introduced.proposal.round
    board = reverse("admin:matching_after", args=[round_.pk])
    act = reverse("admin:matching_after_concern", args=[round_.pk, concern.pk])
    assert "We keep missing each other." in organiser_client.get(board).text

    assert organiser_client.get(act).status_code == 405
    organiser_client.post(act, {"act": "see"})

    concern.refresh_from_db()
    assert (concern.by, bool(concern.seen_at)) == (organiser, True)
    assert "has seen it" in organiser_client.get(board).text

    organiser_client.post(act, {"act": "settle"})

    assert "We keep missing each other." not in organiser_client.get(board).text


def test_liaison_of_another_country_sees_none_of_it(introduced, amina):
    concern = concerns.tell(seat_of(amina), "We keep missing each other.")
    client, round_ = Client(), introduced.proposal.round
    client.force_login(liaison("PE"))

    board = client.get(reverse("admin:matching_after", args=[round_.pk]))
    act = reverse("admin:matching_after_concern", args=[round_.pk, concern.pk])

    assert "missing" not in board.text
    assert client.post(act, {"act": "see"}).status_code == 404


def test_who_may_only_look_settles_nothing(introduced, amina, only_looking):
    concern = concerns.tell(seat_of(amina), "")
    act = reverse(
        "admin:matching_after_concern", args=[introduced.proposal.round.pk, concern.pk]
    )

    assert only_looking.post(act, {"act": "settle"}).status_code == 403
    concern.refresh_from_db()
    assert concern.closed_at is None


def test_board_takes_as_many_queries_for_two_as_for_one(
    introduced, amina, jo, organiser_client, django_assert_max_num_queries
):
    board = reverse("admin:matching_after", args=[introduced.proposal.round.pk])
    concerns.tell(seat_of(amina), "")
    with CaptureQueriesContext(connection) as one:
        organiser_client.get(board)
    concerns.tell(seat_of(jo), "")

    with django_assert_max_num_queries(len(one)):
        organiser_client.get(board)


def test_organisers_are_asked_for_by_permission(introduced, amina):
    OrganiserFactory()

    concerns.tell(seat_of(amina), "")

    assert alerts().count() == 2
