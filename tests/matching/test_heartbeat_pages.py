from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from matching.after import check_ins, survey
from matching.models import CheckIn, Seat, Survey
from matching.publishing import publication
from participants import services
from tests.signing_in import sign_in


@pytest.fixture
def published(proposal, match, organiser):
    publication.publish(proposal, organiser, at_once=True)
    return proposal.round


def seat_of(application):
    return Seat.objects.get(application=application)


@pytest.fixture
def asked(published, amina):
    """Amina's first check-in."""
    return CheckIn.objects.create(
        seat=seat_of(amina), number=1, asked_at=timezone.now()
    )


@pytest.fixture
def ended(published, amina):
    """Amina's survey: the round is over."""
    now = timezone.now()
    type(published).objects.update(
        opens_at=now - timedelta(days=90),
        closes_at=now - timedelta(days=80),
        confirm_by=now - timedelta(days=80),
        matching_at=now - timedelta(days=80),
        introduces_at=now - timedelta(days=80),
        ends_at=now - timedelta(days=1),
    )
    return Survey.objects.create(seat=seat_of(amina), asked_at=now)


@pytest.mark.parametrize("answer", ["", *CheckIn.Answer.values, "nonsense"])
def test_scanner_that_opens_a_link_answers_nothing(client, asked, answer):
    for _ in range(2):
        page = client.get(asked.get_absolute_url(), {"answer": answer})
        client.head(asked.get_absolute_url(), {"answer": answer})

    assert page.status_code == 200
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_link_chooses_the_answer_and_the_button_sends_it(client, asked):
    page = client.get(asked.get_absolute_url(), {"answer": "in_touch"})
    answer = client.post(asked.get_absolute_url(), {"answer": "in_touch"}, follow=True)

    [checked] = [tag for tag in page.text.split("<input") if "checked" in tag]
    assert 'value="in_touch"' in checked
    assert "that is good to hear" in answer.text
    asked.refresh_from_db()
    assert asked.answer == "in_touch"


def test_help_may_be_explained(client, asked):
    said = {"answer": "help", "words": "I am ill.\nFor long."}
    page = client.post(asked.get_absolute_url(), said, follow=True)

    assert "An organiser will write to you" in page.text
    asked.refresh_from_db()
    assert asked.words == "I am ill.\nFor long."


def test_no_answer_is_asked_for_and_what_was_typed_is_kept(client, asked):
    page = client.post(asked.get_absolute_url(), {"words": "Hello there"})

    assert "<title>Error: " in page.text
    assert page.text.count("Please choose one of the three answers.") == 2
    assert 'href="#id_answer_0"' in page.text
    assert "Hello there" in page.text


@pytest.mark.parametrize(("number", "asks"), [(1, False), (2, True), (3, True)])
def test_how_often_is_asked_from_the_second_on(client, asked, number, asks):
    CheckIn.objects.update(number=number)

    page = client.get(asked.get_absolute_url()).text
    refused = client.post(asked.get_absolute_url(), {"answer": "in_touch"})

    assert ("how often" in page) == asks
    assert refused.status_code == (200 if asks else 302)


def test_who_is_not_in_touch_need_not_say_how_often(client, asked):
    CheckIn.objects.update(number=2)

    assert (
        client.post(asked.get_absolute_url(), {"answer": "not_yet"}).status_code == 302
    )


def test_page_shows_nothing_but_the_partners_name(client, asked):
    page = client.get(asked.get_absolute_url())

    assert "Jo" in page.text
    assert "jo@example.org" not in page.text
    assert "+61" not in page.text
    assert "no-store" in page["Cache-Control"]


def test_altered_and_foreign_links_open_nothing(client, asked, amina):
    other = signing.dumps(asked.pk, salt="something.else")
    for token in (asked.token[:-2] + "xx", other, "x", amina.token):
        for name in ("check_in", "check_in_answered", "change_by_link"):
            url = reverse(f"matching:{name}", args=[token])
            assert client.get(url).status_code == 404
            assert client.post(url, {"answer": "help"}).status_code == 404

    survey_token = signing.dumps(["no", "number"], salt="matching.survey")
    url = reverse("matching:survey", args=[survey_token])
    assert client.get(url).status_code == 404
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_older_link_says_that_it_is_closed(client, asked):
    CheckIn.objects.create(seat=asked.seat, number=2, asked_at=timezone.now())

    for page in (
        client.get(asked.get_absolute_url()),
        client.post(asked.get_absolute_url(), {"answer": "help"}),
    ):
        assert "This question is closed" in page.text
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_link_is_closed_when_its_person_has_withdrawn(client, asked, amina):
    services.withdraw(amina)

    page = client.post(asked.get_absolute_url(), {"answer": "in_touch"})

    assert "This question is closed" in page.text


def test_would_rather_change_acts_on_post_only_and_is_taken_back(client, asked):
    url = reverse("matching:change_by_link", args=[asked.token])
    seat = asked.seat

    client.get(url)
    seat.refresh_from_db()
    looked = seat.rather_change_at
    client.post(url)
    seat.refresh_from_db()
    changed = seat.rather_change_at
    page = client.get(url).text
    client.post(url, {"stay": ""})
    seat.refresh_from_db()

    assert looked is None
    assert changed is not None
    assert "nobody will" in page
    assert seat.rather_change_at is None


def test_would_rather_change_is_for_the_person_of_the_seat(client, asked, amina, jo):
    url = reverse("matching:rather_change", args=[seat_of(amina).pk])
    stranger = client.post(url).status_code
    sign_in(client, jo.user)
    partner = [client.get(url).status_code, client.post(url).status_code]
    sign_in(client, amina.user)
    own = client.post(url).status_code

    assert (stranger, partner, own) == (302, [404, 404], 302)
    assert seat_of(amina).rather_change_at
    assert seat_of(jo).rather_change_at is None


SAID = {
    "satisfaction": "4",
    "frequency": "monthly",
    "wishes_worth": "some",
    "words": "We wrote each month.",
    "may_quote": "on",
}


def test_survey_is_answered_without_signing_in_and_changed(client, ended):
    client.get(ended.get_absolute_url())
    unanswered = Survey.objects.get().answered_at
    thanks = client.post(ended.get_absolute_url(), SAID, follow=True).text
    shown = client.get(ended.get_absolute_url()).text
    client.post(ended.get_absolute_url(), SAID | {"satisfaction": "2"})

    assert unanswered is None
    assert "Thank you for telling us" in thanks
    assert "We wrote each month." in shown
    ended.refresh_from_db()
    assert (ended.satisfaction, ended.frequency) == (2, "monthly")
    assert (ended.wishes_worth, ended.may_quote) == ("some", True)
    assert Survey.objects.count() == 1


def test_survey_without_numbers_is_asked_for_and_keeps_the_words(client, ended):
    page = client.post(ended.get_absolute_url(), {"words": "It was good."}).text

    assert page.count("Please choose a number from 1 to 5.") == 2
    assert "It was good." in page
    ended.refresh_from_db()
    assert ended.answered_at is None


def test_survey_closes(client, ended):
    round_ = ended.seat.application.round
    long_ago = timezone.now() - survey.SURVEY_OPEN_FOR
    type(round_).objects.update(
        opens_at=long_ago - timedelta(days=90),
        closes_at=long_ago - timedelta(days=80),
        confirm_by=long_ago - timedelta(days=80),
        matching_at=long_ago - timedelta(days=80),
        introduces_at=long_ago - timedelta(days=80),
        ends_at=long_ago,
    )

    page = client.post(ended.get_absolute_url(), SAID).text

    assert "The survey is closed" in page
    ended.refresh_from_db()
    assert ended.answered_at is None


def test_next_round_is_one_click_away_for_who_is_signed_in(
    client, ended, amina, round_
):
    stranger = client.get(ended.get_absolute_url()).text
    sign_in(client, amina.user)
    mine = client.get(ended.get_absolute_url()).text

    again = reverse("participants:apply_again", args=[round_.slug])
    assert f'action="{again}"' in mine
    assert f'action="{again}"' not in stranger
    assert reverse("participants:participation") in stranger


def test_constants_leave_time_to_answer_between_two_questions():
    assert timedelta(days=14) > check_ins.NUDGE_AFTER + check_ins.SILENT_AFTER
