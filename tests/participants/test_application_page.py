"""What a signed link shows and does, to its owner and to everybody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from iln.mail.kinds import KINDS
from iln.mail.models import Message
from participants import services
from participants.models import Draft
from tests.factories import (
    ApplicationFactory,
    ChannelFactory,
    OpeningAlertFactory,
    OrganiserFactory,
    RoundFactory,
    days_from_now,
)
from tests.participants.helpers import fill
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

ACTS = ["", "confirm/", "correct/", "withdraw/"]


def unconfirmed(**facts):
    return ApplicationFactory(confirmed_at=None, **facts)


def test_page_shows_everything_that_was_told(client):
    application = ApplicationFactory(
        name="Amina <i>",
        wishes_text="Somebody patient.",
        languages={"en": 3, "sw": 1},
        wishes=[("country", "must", "PE", "region:western-asia"), ("role", "nice")],
    )
    ChannelFactory(application=application, visible_to="organisers")
    sign_in(client, application.user)

    response = client.get(application.get_absolute_url())

    for words in [
        "Amina &lt;i&gt;",
        application.user.email,
        "Kenya",
        "Africa/Nairobi",
        "English, fluent",
        "Swahili, a little",
        "Public library",
        "I run the story hour.",
        "Signal: <bdi>+254 20 0000000</bdi>",
        "for organisers only",
        "Peru or Western Asia",
        "The same as mine",
        "Somebody patient.",
    ]:
        assert words in response.text
    assert "no-store" in response["Cache-Control"]


def test_page_shows_dates_in_the_time_zone_of_the_person(client):
    noon = timezone.now().replace(hour=12, minute=0) + timedelta(days=3)
    closes = noon.replace(hour=22)
    round_ = RoundFactory(closes_at=closes)
    application = ApplicationFactory(round=round_, time_zone="Pacific/Auckland")
    sign_in(client, application.user)

    response = client.get(application.get_absolute_url())

    assert f'until <time datetime="{closes + timedelta(0):%Y}' in response.text
    day_there = (closes + timedelta(hours=13)).day
    assert f">{day_there} " in response.text


def test_page_takes_few_queries_however_much_was_told(
    client, django_assert_num_queries
):
    little = ApplicationFactory(wishes=[("role", "nice")])
    much = ApplicationFactory(
        interests=["makerspaces", "storytelling", "open-access"],
        languages={"en": 3, "sw": 2, "fr": 1},
        wishes=[("role", "nice"), ("country", "must", "PE"), ("hours", "nice", "2")],
    )

    for application in (little, much):
        sign_in(client, application.user)
        with django_assert_num_queries(18):
            client.get(application.get_absolute_url())


@pytest.mark.parametrize("act", ACTS)
def test_altered_link_leads_to_a_kind_page(client, act):
    application = unconfirmed()
    altered = application.get_absolute_url()[:-2] + "x/"

    seen = (
        client.post(altered + act) if act == "confirm/" else client.get(altered + act)
    )

    assert seen.status_code == 404
    assert "Send me a fresh link" in seen.text
    assert application.name not in seen.text


def test_link_of_an_erased_application_leads_to_the_kind_page(client):
    application = ApplicationFactory()
    url = application.get_absolute_url()
    application.delete()

    assert client.get(url).status_code == 404


def test_link_for_an_alert_opens_no_application(client):
    token = OpeningAlertFactory().token

    response = client.get(reverse("participants:application", args=[token]))

    assert response.status_code == 404


def test_organiser_who_is_logged_in_sees_nobodys_answers(client):
    application = ApplicationFactory()
    client.force_login(OrganiserFactory())

    page = client.get(application.get_absolute_url()).text

    assert "For your safety, we send you a fresh link" in page
    assert application.user.email not in page


@pytest.mark.parametrize("act", ["", "correct/", "withdraw/"])
def test_opening_a_link_changes_nothing(client, act):
    application = unconfirmed()
    sign_in(client, application.user)

    client.get(application.get_absolute_url() + act)
    client.head(application.get_absolute_url() + act)

    application.refresh_from_db()
    assert (application.state, Message.objects.count()) == ("unconfirmed", 0)


def test_confirming_needs_the_button(client):
    assert client.get(unconfirmed().get_absolute_url() + "confirm/").status_code == 405


def test_confirming_twice_counts_once(client):
    application = unconfirmed(user__name="")
    url = application.get_absolute_url()

    first = client.post(url + "confirm/", follow=True)
    confirmed_at = type(application).objects.get().confirmed_at
    client.post(url + "confirm/")

    application.refresh_from_db()
    assert "You are in, " in first.text
    assert (application.state, application.confirmed_at) == ("confirmed", confirmed_at)
    assert application.user.name == application.name
    assert list(Message.objects.values_list("kind", flat=True)) == [
        "application confirmed"
    ]


def test_confirming_after_the_deadline_is_refused_kindly(client):
    application = unconfirmed(
        round=RoundFactory(closed=True, confirm_by=days_from_now(-0.5))
    )

    response = client.post(application.get_absolute_url() + "confirm/", follow=True)

    application.refresh_from_db()
    assert application.state == "unconfirmed"
    assert (
        "The time to confirm is over. We hope to see you in the next round."
        in response.text
    )
    assert "Confirm my application" not in response.text


def test_confirming_between_closing_and_deadline_is_fine(client):
    application = unconfirmed(round=RoundFactory(closed=True))

    client.post(application.get_absolute_url() + "confirm/")

    application.refresh_from_db()
    assert application.state == "confirmed"


def test_withdrawn_application_cannot_be_confirmed(client):
    application = unconfirmed(withdrawn_at=timezone.now())

    response = client.post(application.get_absolute_url() + "confirm/", follow=True)

    application.refresh_from_db()
    assert application.state == "withdrawn"
    assert (
        "You withdrew this application, so there is nothing to confirm."
        in response.text
    )


def test_correcting_replaces_what_was_told_and_keeps_the_rest(client, typed):
    application = ApplicationFactory(
        wishes=[("role", "nice")], user__email="first@example.org", volunteers=True
    )
    kept = (
        application.submitted_at,
        application.confirmed_at,
        application.agreed_data_at,
    )
    sign_in(client, application.user)

    response = client.post(application.get_absolute_url() + "correct/", typed)

    assert response.url == reverse(
        "participants:application", args=[response.url.split("/")[2]]
    )
    application.refresh_from_db()
    assert application.name == "Amina Otieno"
    assert application.user.email == "first@example.org"
    assert application.volunteers
    assert [wish.aspect for wish in application.wishes.all()] == [
        "country",
        "workplace",
        "hours",
    ]
    assert kept == (
        application.submitted_at,
        application.confirmed_at,
        application.agreed_data_at,
    )


def test_correcting_shows_mistakes_and_keeps_what_was_typed(client, typed):
    application = ApplicationFactory()
    sign_in(client, application.user)

    response = client.post(
        application.get_absolute_url() + "correct/",
        typed | {"about": "", "name": "Zoë"},
    )

    assert "<title>Error: Change your answers" in response.text
    assert 'value="Zoë"' in response.text
    application.refresh_from_db()
    assert application.name != "Zoë"


def test_correcting_goes_on_after_a_session_that_ended_meanwhile(client, typed):
    application = ApplicationFactory(user__email="amina@example.org")
    path = application.get_absolute_url() + "correct/"

    sent = client.post(path, typed | {"name": "Zoë"})

    assert (
        sent.url == f"{reverse('participants:send_link')}?{urlencode({'next': path})}"
    )
    application.refresh_from_db()
    assert application.name != "Zoë"
    draft = Draft.objects.get()
    assert (draft.email, "email" in draft.answers) == ("", False)
    sign_in(client, application.user)
    page = client.get(path).text
    assert 'value="Zoë"' in page
    assert "It is not saved yet" in page
    client.post(path, typed | {"name": "Zoë"})
    application.refresh_from_db()
    assert application.name == "Zoë"
    assert not Draft.objects.exists()


def test_what_was_kept_for_one_person_is_not_shown_to_another(client, typed):
    application = ApplicationFactory()
    other = ApplicationFactory(round=application.round)
    client.post(application.get_absolute_url() + "correct/", typed | {"name": "Zoë"})
    sign_in(client, other.user)

    page = client.get(other.get_absolute_url() + "correct/").text

    assert "Zoë" not in page


def test_my_participation_offers_the_next_round_with_the_answers_of_the_last(client):
    last = ApplicationFactory(round=RoundFactory(closed=True), name="Amina")
    url = reverse("participants:participation")
    button = "Apply again with last time’s answers"
    sign_in(client, last.user)
    before = client.get(url).text
    open_ = RoundFactory(name="Spring")

    page = client.get(url).text
    response = client.post(reverse("participants:apply_again", args=[open_.slug]))

    assert (button in before, button in page) == (False, True)
    assert "Sign-up for Spring is open" in page
    assert response.url == reverse("participants:step", args=[open_.slug, "wishes"])
    ApplicationFactory(round=open_, user=last.user)
    assert button not in client.get(url).text


def test_correcting_ends_when_the_sign_up_closes(client, typed):
    application = ApplicationFactory(round=RoundFactory(closed=True))
    sign_in(client, application.user)
    url = application.get_absolute_url() + "correct/"

    seen, sent = client.get(url, follow=True), client.post(url, typed, follow=True)

    application.refresh_from_db()
    assert application.name != "Amina Otieno"
    for response in (seen, sent):
        assert "The sign-up is over: your answers stay as they are." in response.text
    assert "Change my answers" not in seen.text


def test_withdrawn_application_cannot_be_corrected(client):
    application = ApplicationFactory(withdrawn_at=timezone.now())
    sign_in(client, application.user)

    response = client.get(application.get_absolute_url() + "correct/", follow=True)

    assert "You withdrew this application, so it stays as it is." in response.text


def test_correcting_does_not_undo_a_withdrawal_that_came_between(typed):
    application = ApplicationFactory()
    form = fill(typed, instance=application)
    assert form.is_valid()
    services.withdraw(application)

    with pytest.raises(services.Refused):
        services.correct(form.answers())

    application.refresh_from_db()
    assert application.state == "withdrawn"


def test_withdrawing_asks_first_and_acts_once(client):
    application = ApplicationFactory()
    sign_in(client, application.user)
    url = application.get_absolute_url() + "withdraw/"

    asked = client.get(url)
    client.post(url, {"reason": "no-time", "words": "Exams, until May."})
    client.post(url)

    application.refresh_from_db()
    assert "Yes, withdraw" in asked.text
    assert application.state == "withdrawn"
    assert application.withdrawal_reason == "no-time"
    assert application.withdrawal_words == "Exams, until May."
    assert list(Message.objects.values_list("kind", flat=True)) == [
        "application withdrawn"
    ]
    assert "You have withdrawn" in client.get(application.get_absolute_url()).text


def test_withdrawing_is_possible_after_the_introduction(client):
    application = ApplicationFactory(
        round=RoundFactory(closed=True), introduced_at=timezone.now()
    )
    sign_in(client, application.user)

    asked = client.get(application.get_absolute_url() + "withdraw/")
    client.post(application.get_absolute_url() + "withdraw/")

    application.refresh_from_db()
    assert "We tell your partner, kindly" in asked.text
    assert application.state == "withdrawn"


def test_mail_about_withdrawing_is_dropped_after_coming_back():
    application = ApplicationFactory()
    services.withdraw(application)
    message = Message.objects.get()
    why_not = KINDS[message.kind].why_not

    assert why_not(message) == ""
    type(application).objects.update(withdrawn_at=None)
    assert why_not(message) == "The person has applied again."


def test_withdrawing_with_an_unknown_reason_shows_the_error_and_keeps_the_words(client):
    application = ApplicationFactory()
    sign_in(client, application.user)

    page = client.post(
        application.get_absolute_url() + "withdraw/",
        {"reason": "bored", "words": "Exams"},
    )

    application.refresh_from_db()
    assert application.state == "confirmed"
    assert "<title>Error: Withdraw?" in page.text
    assert 'href="#id_reason_0"' in page.text
    assert "Exams</textarea>" in page.text


@pytest.mark.parametrize("act", ["correct/", "withdraw/"])
def test_acts_are_only_for_the_person_signed_in(client, typed, act):
    application, other = ApplicationFactory(), ApplicationFactory()
    url = application.get_absolute_url()
    before = type(application).objects.filter(pk=application.pk).values()[0]

    for visitor in (Client(), sign_in(client, other.user)):
        for response in (visitor.get(url + act), visitor.post(url + act, typed)):
            page = visitor.get(response.url).text
            assert "For your safety" in page or "Send me a link" in page
            assert application.user.email not in page

    assert type(application).objects.filter(pk=application.pk).values()[0] == before


def test_introduced_person_sees_their_partner_on_the_page(client):
    application = ApplicationFactory(
        round=RoundFactory(closed=True), introduced_at=timezone.now()
    )
    sign_in(client, application.user)

    response = client.get(application.get_absolute_url())

    assert "We have introduced you to your partner by mail." in response.text
