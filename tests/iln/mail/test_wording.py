from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from iln.mail import examples, own_words
from iln.mail.kinds import KINDS
from iln.mail.models import Message, Wording
from iln.mail.own_words import trying
from iln.mail.wording import (
    Words,
    html_parts,
    is_broken,
    missing,
    problems,
    shipped,
    subject_of,
    text_parts,
)
from matching import emails
from tests.factories import ApplicationFactory, MatchFactory, UserFactory
from tests.properties import examples as tries

CHECK_IN = "matching/emails/check_in"
FACTS = {
    "me": {"name": "Amina"},
    "partner_names": "Lucía",
    "network_name": "The network",
    "site_url": "https://example.org",
}


@pytest.fixture(autouse=True)
def _words_are_looked_for():
    own_words.forget()


def page_of(name, page="edit", *more):
    return reverse(f"admin:mail_wording_{page}", args=[name, "en", *more])


@pytest.fixture
def guide_seat(db):
    applications = [ApplicationFactory(), ApplicationFactory(country="BR")]
    return MatchFactory(applications=applications).seats.first()


def guide(seat):
    return emails.guide(seat, timezone.now())


def saved(**parts):
    return Wording.objects.create(kind="guide", language="en", **parts)


def test_own_words_stand_in_both_halves_of_a_mail(guide_seat):
    saved(
        subject="{partners} and you",
        opening="**Welcome** to {round}, {partners} waits.",
        closing="Your {network}",
    )

    mail = guide(guide_seat)

    partner = guide_seat.partners_in_place[0].application.name
    round_ = guide_seat.application.round.name
    assert mail.subject == f"{partner} and you"
    assert f"Welcome to {round_}, {partner} waits." in mail.text
    assert f"<p><strong>Welcome</strong> to <bdi>{round_}</bdi>" in mail.html
    assert "With good wishes" not in mail.text + mail.html
    assert "THE FIRST WEEK" in mail.text  # what the site writes stays


def test_the_newest_version_holds_and_an_empty_one_is_what_was_shipped(guide_seat):
    before = guide(guide_seat)
    saved(subject="First {partners}")
    own_words.forget()
    first = guide(guide_seat)
    saved()
    own_words.forget()
    back = guide(guide_seat)

    assert first.subject.startswith("First ")
    assert (back.subject, back.text, back.html) == (
        before.subject,
        before.text,
        before.html,
    )


def test_words_of_another_language_are_left_alone(guide_seat):
    Wording.objects.create(kind="guide", language="ar", subject="مرحبا {partners}")

    assert "مرحبا" not in guide(guide_seat).subject


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("Hello {nobody} {partners}", "does not know {nobody}"),
        ("{% url 'admin:index' %} {partners}", "a brace that belongs to no"),
        ("{{ me.email }} {partners}", "a brace that belongs to no"),
        ("{partners.email}", "a brace that belongs to no"),
        ("[write]({partners})", "cannot stand in the address of a link"),
        ("[write](https://x.example/?to={name})", "cannot stand in the address"),
        ("Hello\ue000name\ue001 {partners}", "cannot be seen"),
        ("Hello \u202e{partners}", "cannot be seen"),
    ],
)
def test_words_that_cannot_be_sent_are_refused_and_never_reach_anybody(words, says):
    found = problems("opening", words, CHECK_IN)
    own = Words(opening=words)

    assert any(says in one for one in found)
    assert is_broken(own, CHECK_IN)
    assert html_parts(own, CHECK_IN, FACTS)["opening"] == ""
    assert text_parts(own, CHECK_IN, FACTS)["opening"] == ""


def test_what_nobody_would_read_any_more_is_missing():
    nowhere = Words(subject="How are you?", opening="Tell us.")
    somewhere = Words(subject="You and {partners}", opening="Tell us.")

    assert [gap.name for gap in missing(nowhere, CHECK_IN)] == ["partners"]
    assert missing(somewhere, CHECK_IN) == []
    assert subject_of(nowhere, CHECK_IN, FACTS) == ""


def test_a_fact_that_is_not_there_brings_the_shipped_words_back():
    own = Words(opening="Hello {name}, {partners}!")

    assert html_parts(own, CHECK_IN, {"partner_names": "Lucía"})["opening"] == ""


@tries(200)
@given(value=st.text(min_size=1).filter(lambda text: text.strip()))
def test_no_value_is_taken_for_markup(value):
    own = Words(opening="**Hi** {partners}")
    facts = FACTS | {"partner_names": value}

    html = html_parts(own, CHECK_IN, facts)["opening"]
    inside = re.fullmatch(
        r"<p><strong>Hi</strong> <bdi>(.*)</bdi></p>\n", html, re.DOTALL
    )

    assert inside
    assert not re.search("[<>\"']", inside[1])
    assert unescape(inside[1]) == unescape(" ".join(value.split())) or "&" in value
    assert text_parts(own, CHECK_IN, facts)["opening"] == "Hi " + " ".join(
        value.split()
    )


@tries(200)
@given(words=st.text(max_size=300))
def test_whatever_an_organiser_types_a_mail_runs_nothing(words):
    own = Words(subject=words, opening=words, closing=words)

    html = "".join(html_parts(own, CHECK_IN, FACTS).values())
    subject = subject_of(own, CHECK_IN, FACTS)

    tags = set(re.findall(r"<([a-z0-9]+)", html))
    allowed = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "h2"}
    assert tags <= allowed | {"h3", "bdi"}
    assert not re.search(r'href="(?!https?:|mailto:|[^":]*")', html)
    assert "{" not in subject


def test_markdown_is_readable_as_plain_text():
    own = Words(
        opening="Hi {partners},\nsee *this*:\n\n- one\n- two\n\n[Our page](https://x.example)"
    )

    assert text_parts(own, CHECK_IN, FACTS)["opening"] == (
        "Hi Lucía, see this:\n\n- one\n- two\n\nOur page (https://x.example)"
    )


@pytest.mark.parametrize("kind", examples.with_own_words(), ids=lambda kind: kind.name)
def test_each_kind_has_a_page_with_its_shipped_words(organiser_client, kind):
    own = Words(closing="Yours, {network}")

    slug = kind.name.replace(", ", "-").replace(" ", "-")
    page = organiser_client.get(page_of(slug))
    example = examples.invented(kind, own)

    assert page.status_code == 200
    said = page.context["said"]
    assert set(shipped(kind.templates).parts) - set(said) <= {"closing"}
    assert "Yours, " in example.text
    assert "Yours, " in example.html


def test_an_organiser_saves_and_the_next_mail_says_so(organiser_client, guide_seat):
    words = {"subject": "{partners}!", "opening": "Hello {round}", "closing": ""}

    answer = organiser_client.post(page_of("guide"), words | {"act": "save"})

    row = Wording.objects.get()
    assert answer.status_code == 302
    assert (row.kind, row.by.is_superuser, row.opening) == (
        "guide",
        True,
        "Hello {round}",
    )
    assert guide(guide_seat).subject.endswith("!")


def test_what_cannot_be_sent_is_not_saved_and_stays_in_the_form(organiser_client, db):
    words = {"subject": "Hi", "opening": "Hello {nobody} <b>", "closing": ""}

    page = organiser_client.post(page_of("guide"), words | {"act": "save"})

    content = unescape(page.content.decode())
    assert Wording.objects.count() == 0
    assert 'href="#id_opening"' in content
    assert content.count("This mail does not know {nobody}") == 2
    assert "{partners} is missing" in content
    assert "Hello {nobody} <b>" in content


def test_looking_and_trying_save_nothing(organiser_client, organiser, guide_seat):
    seat_mail = guide(guide_seat)
    seat_mail.save()
    words = {"subject": "Look {partners}", "opening": "", "closing": ""}

    looked = organiser_client.post(page_of("guide"), words | {"act": "look"})
    framed = organiser_client.get(page_of("guide", "preview"))
    organiser_client.post(page_of("guide"), words | {"act": "try"})

    test = Message.objects.get(kind="wording test")
    assert looked.context["is_real"]
    assert looked.context["example"].subject.startswith("Look ")
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert guide_seat.partners_in_place[0].application.name in framed.content.decode()
    assert (test.recipient, test.subject[:12]) == (organiser, "[Test] Look ")
    assert Wording.objects.count() == 0
    assert Message.objects.filter(kind="guide").count() == 1


def test_a_mail_that_lets_its_reader_in_is_never_shown_for_a_real_person(db):
    person = UserFactory()
    kind = KINDS["sign-in link"]
    kind.blank("key", person).save()

    assert examples.real(kind, Words()) is None


def test_an_old_version_holds_again(organiser_client, db):
    old = saved(subject="Old {partners}")
    saved(subject="New {partners}")

    organiser_client.post(page_of("guide", "restore", old.pk))
    organiser_client.post(page_of("guide", "restore", 0))

    subjects = Wording.objects.order_by("pk").values_list("subject", flat=True)
    assert list(subjects) == ["Old {partners}", "New {partners}", "Old {partners}", ""]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_however_much_was_changed(
    organiser_client, django_assert_num_queries, count
):
    for kind in ["guide", "check-in", "survey"][:count]:
        Wording.objects.create(kind=kind, language="en", subject="{partners}")

    with django_assert_num_queries(3):
        page = organiser_client.get(reverse("admin:mail_wording_changelist"))

    assert page.content.decode().count("Your own") == count


def test_strangers_and_organisers_without_the_right_change_no_words(client, db):
    urls = [page_of("guide"), page_of("guide", "preview")]
    words = {"subject": "{partners}", "act": "save"}

    as_stranger = [client.get(url).status_code for url in urls]
    client.force_login(UserFactory(is_staff=True))
    without = [client.get(url).status_code for url in urls]
    posted = client.post(page_of("guide"), words).status_code

    assert (as_stranger, without, posted) == ([302, 302], [403, 403], 403)
    assert Wording.objects.count() == 0


def test_many_mails_ask_for_their_words_once(guide_seat, django_assert_num_queries):
    with django_assert_num_queries(1):
        own_words.own_words("guide", "en")
        own_words.own_words("survey", "en")


def test_words_that_are_tried_end_with_the_trial(db):
    with trying("guide", Words(subject="Tried")):
        during = own_words.own_words("guide", "en").subject

    assert (during, own_words.own_words("guide", "en").subject) == ("Tried", "")
    assert timedelta(seconds=own_words.KEPT_FOR) <= timedelta(minutes=1)
