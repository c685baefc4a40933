"""Unfinished applications: kept as typed, resumed by mail, sent once, tidied away."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iln.mail.kinds import KINDS
from iln.mail.models import Message
from participants import sessions
from participants.models import Application, Draft
from participants.services import Refused, drafts
from participants.tasks import tidy_drafts
from tests.factories import ApplicationFactory, RoundFactory, UserFactory
from tests.participants.helpers import (
    agree,
    apply_as,
    at_once,
    check_url,
    part,
    step_url,
    walk,
)
from tests.properties import examples

pytestmark = pytest.mark.django_db


def page(name, round_):
    return reverse(f"participants:{name}", args=[round_.slug])


def finish_later(client, round_, address="amina@example.org"):
    return client.post(page("finish_later", round_), {"email": address})


def resume_url():
    return Draft.objects.get().get_absolute_url()


@pytest.fixture
def amina(round_, typed):
    """A browser in which the form is filled in up to the check."""
    client = Client()
    walk(client, round_, typed)
    return client


def test_browser_holds_a_key_that_tells_nothing(client, round_, typed):
    client.post(step_url(round_, "you"), part(typed, "you"))

    cookie = client.cookies["draft"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "amina" not in cookie.value.lower()
    assert Draft.objects.get().key_hash not in cookie.value


def test_altered_key_opens_nothing(amina, round_):
    amina.cookies["draft"] = "x" + amina.cookies["draft"].value

    response = amina.get(step_url(round_, "place"))

    assert response.url == page("apply", round_)


def test_looking_at_the_form_begins_nothing(client, round_, vocabulary):
    client.get(page("apply", round_))
    client.get(step_url(round_, "you"))

    assert not Draft.objects.exists()


def test_step_shows_what_was_typed_before(amina, round_):
    page = amina.get(step_url(round_, "work")).text

    assert '<option value="sw" selected>Swahili</option>' in page


def test_box_without_its_tick_stays_so(client, round_, typed):
    walk(client, round_, typed | {"accepts_three": []})

    form = client.get(step_url(round_, "contact")).context["form"]

    assert form["accepts_three"].value() is False


def test_wrong_answer_is_kept_too(client, round_, typed):
    client.post(step_url(round_, "interests"), {"about": "A" * 20_000})

    response = client.get(step_url(round_, "interests"))

    assert response.context["form"]["about"].value() == "A" * 20_000
    assert response.context["form"].errors == {}


def test_long_text_is_refused_with_its_length(client, round_, vocabulary):
    response = client.post(step_url(round_, "interests"), {"about": "A" * 20_000})

    words = "Please shorten this to 2000 letters; there are 20000 now."
    assert response.context["form"].errors["about"] == [words]
    assert "A" * 20_000 in response.text


def test_answer_may_be_changed_from_the_check(amina, round_, typed):
    change = step_url(round_, "place") + "?check"
    assert f'href="{change}"' in amina.get(check_url(round_)).text

    response = amina.post(change, part(typed, "place") | {"country": "PE"})

    assert response.url == check_url(round_)
    assert "Peru" in amina.get(check_url(round_)).text


def test_check_shows_everything_in_words(amina, round_):
    groups = amina.get(check_url(round_)).context["groups"]

    lines = {
        compared.row.label: [
            f"{line.before}{line.strong}{line.after}" for line in compared.row.lines
        ]
        for group in groups
        for compared in group.rows
    }
    assert lines == {
        "Your name": ["Amina Otieno"],
        "Mail address": ["amina@example.org"],
        "Country": ["Kenya"],
        "Time zone": ["Africa/Nairobi"],
        "Languages": ["English, fluent", "Swahili, at ease"],
        "Kind of workplace": ["Public library"],
        "Role": ["Librarian"],
        "Career stage": ["Mid career"],
        "Interests": ["Makerspaces", "Storytelling"],
        "A few sentences about you": ["I run the story hour."],
        "Besides mail": ["Signal: +254 20 0000000 (for organisers only)"],
        "A group of three": ["Fine with me"],
        "Wishes": [
            "I would like someone who lives in Peru or Western Asia · important",
            "I would like someone who works in the same kind of workplace as mine · nice",
            "I would like us both to be awake for at least 3 h a day · must",
        ],
        "Anything else that you wish for": ["Somebody patient."],
    }


def test_wishes_are_looked_at_before_the_check(client, round_, typed):
    for step in ("you", "place", "work", "interests", "contact"):
        client.post(step_url(round_, step), part(typed, step))

    response = client.get(check_url(round_))

    assert response.url == step_url(round_, "wishes")


def test_sending_leaves_nothing_of_the_draft(amina, round_):
    response = agree(amina, round_)

    draft = Draft.objects.get()
    assert response.url == page("applied", round_)
    assert (draft.answers, draft.email, draft.based_on) == ({}, "", None)
    assert draft.sent_at
    assert round_.applications.count() == 1


def test_second_press_sends_nothing_more(amina, round_):
    first, second = agree(amina, round_), agree(amina, round_)

    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert Application.objects.count() == Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_send_one_application(round_, typed):
    browser = Client()
    walk(browser, round_, typed)
    other = Client()
    other.cookies = browser.cookies

    at_once(lambda: agree(browser, round_), lambda: agree(other, round_))

    assert Application.objects.count() == Message.objects.count() == 1


def test_sent_form_may_be_begun_anew(amina, round_, typed):
    agree(amina, round_)

    apply_as(amina, round_, typed | {"email": "jo@example.org"})

    assert round_.applications.count() == 2


def test_starting_over_forgets_everything(amina, round_):
    amina.post(page("start_over", round_))

    assert not Draft.objects.exists()
    assert amina.get(step_url(round_, "place")).url == page("apply", round_)
    assert agree(amina, round_).url == page("apply", round_)


def test_start_page_offers_to_go_on(amina, round_):
    response = amina.get(page("apply", round_))

    assert f'href="{step_url(round_, "wishes")}"' in response.text
    assert "start over" in response.text


def test_finish_later_keeps_half_a_step_and_mails_a_link(client, round_, typed):
    client.post(step_url(round_, "you"), part(typed, "you"))
    response = client.post(step_url(round_, "place"), {"country": "KE", "later": "1"})
    assert response.url == page("finish_later", round_)

    sent = finish_later(client, round_, "amina.too@example.org")

    message, draft = Message.objects.get(), Draft.objects.get()
    assert sent.url == page("saved", round_)
    assert (message.kind, message.address) == (
        "unfinished application",
        "amina.too@example.org",
    )
    assert draft.email == "amina.too@example.org"
    assert draft.answers["country"] == ["KE"]
    assert "/apply/resume/" in message.text
    assert [name in message.text + message.html for name in ("Amina", "KE")] == [
        False,
        False,
    ]


def test_finish_later_answers_the_same_whoever_it_is(amina, round_):
    ApplicationFactory(user__email="known@example.org", round=round_)

    known = finish_later(amina, round_, "known@example.org")
    unknown = finish_later(amina, round_, "unknown@example.org")

    assert (known.status_code, known.url, known.content) == (
        unknown.status_code,
        unknown.url,
        unknown.content,
    )


def test_finish_later_needs_an_address(amina, round_):
    response = finish_later(amina, round_, "amina")

    assert "<title>Error: Save and finish later" in response.text
    assert not Message.objects.exists()


def test_address_that_others_type_is_not_flooded(round_, typed):
    for minute in range(9):
        browser = Client()
        walk(browser, round_, typed)
        with time_machine.travel(timezone.now() + timedelta(minutes=minute)):
            finish_later(browser, round_)

    assert Message.objects.count() == drafts.MOST_LINKS_AN_HOUR


def test_link_shows_a_button_and_only_that_takes_over(amina, round_):
    finish_later(amina, round_)
    elsewhere = Client()

    seen = elsewhere.get(resume_url())
    assert "Go on in this browser" in seen.text
    assert "Amina" not in seen.text
    assert "draft" not in elsewhere.cookies
    taken = elsewhere.post(resume_url())

    assert taken.url == step_url(round_, "wishes")
    assert agree(elsewhere, round_).url == page("applied", round_)
    assert amina.get(step_url(round_, "you")).status_code == 200
    assert "Amina" not in amina.get(step_url(round_, "you")).text


def test_altered_link_opens_nothing(amina):
    for url in (resume_url()[:-3] + "xx/", "/apply/resume/nothing/"):
        assert Client().get(url).status_code == 404
        assert Client().post(url).status_code == 404


def test_link_ends_with_sign_up_and_with_sending(amina, round_):
    url = resume_url()

    with time_machine.travel(round_.closes_at + timedelta(hours=1)):
        assert Client().post(url).status_code == 404
    assert Client().get(url).status_code == 200
    agree(amina, round_)
    assert Client().post(url).status_code == 404


def test_link_of_another_purpose_opens_no_draft(amina, round_):
    draft = Draft.objects.get()
    token = ApplicationFactory(pk=draft.pk, round=round_).token

    response = Client().post(reverse("participants:resume", args=[token]))

    assert response.status_code == 404


def test_deadline_that_passes_keeps_what_was_typed_for_the_next_round(
    amina, round_, typed
):
    changed = part(typed, "wishes") | {"wishes_text": "Somebody with a boat."}
    with time_machine.travel(round_.closes_at + timedelta(seconds=1)):
        response = amina.post(step_url(round_, "wishes"), changed)

        draft = Draft.objects.get()
        assert "Sign-up closed while you were writing" in response.text
        assert draft.kept_at
        assert draft.answers["wishes_text"] == ["Somebody with a boat."]
        assert Message.objects.get().address == "amina@example.org"
        assert Client().get(draft.get_absolute_url()).status_code == 200

    next_ = RoundFactory(
        opens_at=round_.closes_at + timedelta(days=10),
        closes_at=round_.closes_at + timedelta(days=40),
        confirm_by=round_.closes_at + timedelta(days=41),
        matching_at=round_.closes_at + timedelta(days=42),
        introduces_at=round_.closes_at + timedelta(days=43),
        ends_at=round_.closes_at + timedelta(days=300),
    )
    with time_machine.travel(next_.opens_at + timedelta(hours=1)):
        tidy_drafts()
        tidy_drafts()

        again = Message.objects.latest("pk")
        assert Message.objects.count() == 2
        assert f"Sign-up is open: your answers for {next_.name}" in again.subject
        assert KINDS[again.kind].why_not(again) == ""
        elsewhere = Client()
        taken = elsewhere.post(Draft.objects.get().get_absolute_url())
        assert taken.url == step_url(next_, "wishes")
        assert elsewhere.get(check_url(next_)).url == step_url(next_, "wishes")
        elsewhere.post(step_url(next_, "wishes"), changed)
        assert agree(elsewhere, next_).url == page("applied", next_)
    assert next_.applications.get().wishes_text == "Somebody with a boat."


def test_deadline_that_passes_at_the_last_button_sends_nothing(amina, round_):
    with time_machine.travel(round_.closes_at + timedelta(seconds=1)):
        response = agree(amina, round_)

    assert "Nothing that you wrote is lost" in response.text
    assert not Application.objects.exists()


def test_deadline_that_passes_on_the_first_step_asks_for_an_address(client, typed):
    closed = RoundFactory(closed=True, closes_at=timezone.now() - timedelta(minutes=5))

    response = client.post(step_url(closed, "place"), part(typed, "place"))

    assert "Leave your mail address" in response.text
    assert not Message.objects.exists()
    finish_later(client, closed)
    assert "Your answers wait for the next round" in Message.objects.get().subject


def test_round_long_closed_begins_nothing(client, typed):
    closed = RoundFactory(closed=True, closes_at=timezone.now() - timedelta(days=3))

    response = client.post(step_url(closed, "you"), part(typed, "you"))

    assert "Sign-up is closed" in response.text
    assert not Draft.objects.exists()


def test_drafts_go_a_week_after_sign_up_and_shells_after_a_day(amina, round_, typed):
    sent = Client()
    apply_as(sent, round_, typed)

    tidy_drafts()
    assert Draft.objects.count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        tidy_drafts()
        assert Draft.objects.get().sent_at is None
    with time_machine.travel(round_.closes_at + timedelta(days=7, minutes=1)):
        tidy_drafts()

    assert not Draft.objects.exists()


def test_mail_with_a_link_is_dropped_once_it_is_sent(amina, round_):
    finish_later(amina, round_)
    message = Message.objects.get()

    agree(amina, round_)

    assert (
        KINDS[message.kind].why_not(message) == "The application was sent, or deleted."
    )


def sign_in(client, person):
    """As the link in the mail does it."""
    request = client.request().wsgi_request
    request.session = client.session
    sessions.begin(request, person)
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key


@pytest.fixture
def returning(client, vocabulary, round_):
    """Somebody of an earlier round, signed in."""
    last = ApplicationFactory(
        round=RoundFactory(closed=True, name="Spring"),
        user=UserFactory(email="pilar@example.org", name="Pilar Quispe"),
        wishes=[("role", "must", "librarian")],
        about="I bind books.",
    )
    sign_in(client, last.user)
    return last


def test_apply_again_begins_with_last_times_answers_at_the_wishes(
    client, round_, returning, typed
):
    assert (
        "Apply again with last time’s answers" in client.get(page("apply", round_)).text
    )

    response = client.post(page("apply_again", round_))

    assert response.url == step_url(round_, "wishes")
    assert client.get(check_url(round_)).url == step_url(round_, "wishes")
    form = client.get(step_url(round_, "wishes")).context["form"]
    assert form["wish_role_strength"].value() == "must"
    assert client.get(step_url(round_, "you")).context["form"]["email"].value() == (
        "pilar@example.org"
    )


def test_check_says_what_changed_since_last_time(client, round_, returning):
    client.post(page("apply_again", round_))
    client.post(
        step_url(round_, "wishes"),
        {"wish_role": "same", "wish_role_strength": "nice"},
    )

    groups = client.get(check_url(round_)).context["groups"]

    changed = [
        compared.row.label
        for group in groups
        for compared in group.rows
        if not compared.as_last_time
    ]
    assert changed == ["Wishes"]
    assert agree(client, round_).url == page("applied", round_)
    assert round_.applications.get().about == "I bind books."


def test_apply_again_is_for_who_is_signed_in(client, round_):
    response = client.post(page("apply_again", round_))

    assert response.url == reverse("participants:send_link")
    assert not Draft.objects.exists()


def test_apply_again_refuses_who_is_in_already_or_was_never_here(round_, vocabulary):
    here = ApplicationFactory(round=round_).user
    ApplicationFactory(user=here)

    with pytest.raises(Refused, match="You have applied for"):
        drafts.prefill(here, round_)
    with pytest.raises(Refused, match="no answers of yours"):
        drafts.prefill(UserFactory(), round_)


def test_hint_is_given_once_and_refuses_nothing(client, round_, typed):
    slip = part(typed, "you") | {"email": "amina@gmial.com"}

    hinted = client.post(step_url(round_, "you"), slip)
    hint = hinted.context["hint"]
    again = client.post(step_url(round_, "you"), slip | {"seen": hint})

    assert "Did you mean gmail.com?" in hinted.text
    assert "<title>Error" not in hinted.text
    assert again.url == step_url(round_, "place")


@settings(
    parent=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from(["name", "email", "about", "wish_hours", "interests"]),
        st.text(st.characters(codec="utf-8") | st.sampled_from("\0\v\x1c\u202e<")),
    )
)
def test_whatever_is_typed_is_kept_and_answered(client, round_, vocabulary, typed):
    for step in ("you", "interests", "wishes"):
        assert client.post(step_url(round_, step), typed).status_code in (200, 302)

    assert client.get(step_url(round_, "wishes")).status_code == 200
    assert client.get(check_url(round_)).status_code in (200, 302)
