"""A newcomer's way in, as strangers, old friends and their mails see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from iln.mail.kinds import KINDS
from iln.mail.models import Message
from iln.mail.outbox import deliver_due
from participants import services
from participants.models import Application, User
from tests.factories import ApplicationFactory, RoundFactory, UserFactory
from tests.participants.helpers import (
    apply_as,
    at_once,
    check_url,
    fill,
    part,
    step_url,
    walk,
)

pytestmark = pytest.mark.django_db


def url_of(round_):
    return reverse("participants:apply", args=[round_.slug])


def valid(round_, typed):
    form = fill(typed, instance=Application(round=round_))
    assert form.is_valid()
    return form.answers()


def kinds():
    return list(Message.objects.order_by("pk").values_list("kind", "address"))


def test_apply_saves_and_asks_to_confirm_by_mail(client, round_, typed):
    response = apply_as(client, round_, typed)

    assert response.url == reverse("participants:applied", args=[round_.slug])
    application = round_.applications.get()
    assert (application.state, application.user.email) == (
        "unconfirmed",
        "amina@example.org",
    )
    assert not application.user.has_usable_password()
    assert kinds() == [("confirm application", "amina@example.org")]
    deliver_due()
    assert "/participation/" in Message.objects.get().text


def test_mail_to_confirm_says_nothing_that_a_stranger_may_have_typed(
    client, round_, typed
):
    apply_as(client, round_, typed | {"name": "Win at https://spam.example"})

    deliver_due()
    message = Message.objects.get()
    assert message.state == "sent"
    assert [
        "spam" in part for part in (message.subject, message.text, message.html)
    ] == [False] * 3


def test_page_after_applying_says_what_to_do(client, round_):
    response = client.get(reverse("participants:applied", args=[round_.slug]))

    assert "Look into your mail" in response.text


def test_start_page_leads_to_the_first_step(client, round_):
    response = client.get(url_of(round_))

    assert f'href="{step_url(round_, "you")}"' in response.text
    assert "no-store" in response["Cache-Control"]


def test_pages_of_the_form_ask_little_of_the_database(
    client, round_, typed, django_assert_num_queries
):
    with django_assert_num_queries(5):  # the round and the vocabularies
        client.get(step_url(round_, "you"))
    walk(client, round_, typed)

    with django_assert_num_queries(7):  # and the draft, and once who is in so far
        client.get(step_url(round_, "wishes"))
    with django_assert_num_queries(6):
        client.get(check_url(round_))


def test_mistakes_are_listed_and_what_was_typed_is_kept(client, round_, typed):
    wrong = typed | {"name": "Zoë <b>", "email": "zoë"}

    response = client.post(step_url(round_, "you"), part(wrong, "you"))

    assert response.status_code == 200
    assert "<title>Error: Who are you? Step 1 of 7" in response.text
    words = "We can write only to addresses in the letters a to z."
    assert f'<a href="#id_email">Mail address: {words}</a>' in response.text
    assert 'value="Zoë &lt;b&gt;"' in response.text


def test_check_lists_what_is_missing_and_leads_there(client, round_, typed):
    response = apply_as(client, round_, typed | {"country": "", "agree_data": ""})

    assert "<title>Error: Check your answers" in response.text
    link = f'<a href="{step_url(round_, "place")}?check#id_country">Country: Choose your country.</a>'
    assert link in response.text
    assert not Application.objects.exists()


def test_apply_from_a_known_address_takes_the_same_person(client, round_, typed):
    amina = UserFactory(email="Amina@Example.org")

    apply_as(client, round_, typed)

    assert round_.applications.get().user == amina
    assert User.objects.count() == 1


def test_unconfirmed_application_is_replaced_by_the_newest_answers(
    client, round_, typed
):
    apply_as(client, round_, typed)
    first = round_.applications.get()

    apply_as(
        client, round_, typed | {"about": "I moved.", "language_2": "", "comfort_2": ""}
    )

    application = round_.applications.get()
    assert (application.pk, application.about) == (first.pk, "I moved.")
    assert [language.code for language in application.languages.all()] == ["en"]
    assert kinds() == [("confirm application", "amina@example.org")] * 2


def test_withdrawn_application_may_come_back_and_must_be_confirmed_again(
    client, round_, typed
):
    ApplicationFactory(
        round=round_, user__email="amina@example.org", withdrawn_at=timezone.now()
    )

    apply_as(client, round_, typed)

    assert round_.applications.get().state == "unconfirmed"


def test_confirmed_application_is_left_alone_and_its_mail_explains(
    client, round_, typed
):
    ApplicationFactory(
        round=round_, user__email="amina@example.org", about="As it was."
    )

    unknown = apply_as(client, round_, typed | {"email": "somebody.else@example.org"})
    known = apply_as(client, round_, typed)

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    mine = round_.applications.get(user__email="amina@example.org")
    assert (mine.about, mine.state) == ("As it was.", "confirmed")
    assert [one.code for one in mine.languages.all()] == ["en"]
    assert mine.wishes.count() == 0
    assert kinds()[1] == ("already applied", "amina@example.org")
    deliver_due()
    message = Message.objects.get(kind="already applied")
    assert message.subject == f"You have applied to {round_} already"
    assert f"Dear {mine.name}," in message.text


def test_applying_asks_the_database_the_same_for_whoever_is_known(round_, typed):
    ApplicationFactory(round=round_, user__email="in@example.org")
    ApplicationFactory(
        round=round_, user__email="unconfirmed@example.org", confirmed_at=None
    )

    asked = {
        who: statements(round_, typed | {"email": f"{who}@example.org"})
        for who in ["stranger", "unconfirmed", "in"]
    }

    assert asked["in"] == asked["unconfirmed"]
    assert len(asked["stranger"]) == len(asked["in"])


def statements(round_, typed):
    """What is asked for when somebody applies: which act, on which table."""
    answers = valid(round_, typed)
    with CaptureQueriesContext(connection) as queries:
        services.apply(answers)
    sql = [query["sql"].split()[:3] for query in queries if "POINT" not in query["sql"]]
    return [tuple(words) for words in sql]


@pytest.mark.parametrize(
    ("when", "words"),
    [({"planned": True}, "Sign-up opens on"), ({"closed": True}, "Sign-up is closed")],
)
def test_round_that_is_not_open_says_so_and_offers_to_tell(client, typed, when, words):
    round_ = RoundFactory(**when)

    seen = client.get(url_of(round_))
    step = client.get(step_url(round_, "you"))
    apply_as(client, round_, typed)

    assert words in seen.text
    assert words in step.text
    assert "Tell me when it opens" in seen.text
    assert not Application.objects.exists()


def test_closed_round_leads_to_the_open_one(client, round_):
    closed = RoundFactory(closed=True)

    assert url_of(round_) in client.get(url_of(closed)).text


def test_apply_now_leads_to_the_open_round(client, round_):
    response = client.get(reverse("participants:apply_now"))

    assert response.url == url_of(round_)


@pytest.mark.parametrize("rounds", [0, 1])
def test_apply_now_without_an_open_round_offers_to_tell(client, db, rounds):
    RoundFactory.create_batch(rounds, planned=True)

    response = client.get(reverse("participants:apply_now"))

    assert "Tell me when it opens" in response.text


def test_unknown_round_is_not_found(client):
    assert client.get("/rounds/nowhere/apply/").status_code == 404


def test_form_needs_the_token_of_the_site(round_, typed):
    response = Client(enforce_csrf_checks=True).post(step_url(round_, "you"), typed)

    assert response.status_code == 403


@pytest.mark.django_db(transaction=True)
def test_applying_from_two_browsers_at_once_leaves_one_application(round_, typed):
    first, second = valid(round_, typed), valid(round_, typed)

    at_once(lambda: services.apply(first), lambda: services.apply(second))

    application = round_.applications.get()
    assert application.languages.count() == 2
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_applying_again_while_confirming_loses_no_confirmation(round_, typed):
    services.apply(valid(round_, typed))
    application = round_.applications.get()
    again = valid(round_, typed)

    at_once(lambda: services.apply(again), lambda: services.confirm(application))

    application.refresh_from_db()
    assert application.state == "confirmed"


def test_confirming_link_of_an_earlier_mail_leads_to_the_newest_answers(
    client, round_, typed
):
    apply_as(client, round_, typed)
    link = round_.applications.get().get_absolute_url()
    apply_as(client, round_, typed | {"about": "I moved."})

    client.post(link + "confirm/")

    application = round_.applications.get()
    assert (application.about, application.state) == ("I moved.", "confirmed")


def test_mail_to_confirm_is_dropped_when_it_is_not_wanted_any_more(
    client, round_, typed
):
    apply_as(client, round_, typed)
    message, application = Message.objects.get(), round_.applications.get()
    why_not = KINDS[message.kind].why_not

    assert why_not(message) == ""
    application.confirmed_at = timezone.now()
    application.save()
    assert why_not(message) == "The application is confirmed already."
    application.withdrawn_at = timezone.now() + timedelta(seconds=1)
    application.save()
    assert why_not(message) == "The application was withdrawn."
    application.delete()
    assert why_not(message) == "The application was withdrawn."
