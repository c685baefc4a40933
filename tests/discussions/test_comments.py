"""Commenting by anyone, as they meet it in the browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from discussions.models import Comment
from tests.factories import CommentFactory, TopicFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic():
    return TopicFactory()


@pytest.fixture
def say(client, topic):
    """Post a comment by Jo, whom organisers do not know yet."""

    def say(**changes):
        words = {"name": "Jo", "email": "jo@example.org", "text": "We oil the hinges."}
        return client.post(topic.get_absolute_url(), words | changes)

    return say


def errors(response):
    return {
        name: list(found) for name, found in response.context["form"].errors.items()
    }


def test_first_comment_waits_and_its_author_is_told(client, say, topic):
    response = say()

    comment = Comment.objects.get()
    page = client.get(response.url).content.decode()
    assert response.url == topic.get_absolute_url()
    assert (comment.approved_at, comment.held_because) == (None, "first")
    assert "An organiser reads every first comment" in page
    assert "We oil the hinges." not in page


def test_next_comments_of_an_approved_author_appear_at_once(client, say):
    say(text="First.")
    Comment.objects.approve()

    response = say(name="JO", email="Jo@Example.ORG", text="Second.")

    comment = Comment.objects.get(text="Second.")
    assert response.url == comment.get_absolute_url()
    assert comment.is_shown
    assert "Second." in client.get(response.url).content.decode()


def test_names_are_known_again_in_capitals_of_any_script(say):
    CommentFactory(name="Élodie Šarić", email="e@example.org")

    say(name="ÉLODIE ŠARIĆ", email="e@example.org")

    assert Comment.objects.held().count() == 0


@pytest.mark.parametrize(
    "other", [{"name": "Joe"}, {"email": "joe@example.org"}, {"name": "Jo\u200b"}]
)
def test_approval_is_for_a_name_and_an_address_together(say, other):
    CommentFactory(name="Jo", email="jo@example.org")

    say(**other)

    assert Comment.objects.held().count() == 1


def test_trust_ends_with_a_rejection_and_returns_with_an_approval(say):
    say(text="One.")
    Comment.objects.approve()
    say(text="Two.")
    Comment.objects.filter(text="Two.").reject()

    say(text="Three.")
    assert list(Comment.objects.held()) == [Comment.objects.get(text="Three.")]

    Comment.objects.filter(text="Three.").approve()
    say(text="Four.")
    assert Comment.objects.get(text="Four.").is_shown


def test_signed_in_people_comment_like_everyone(client, say):
    client.force_login(UserFactory())

    say()

    assert Comment.objects.held().count() == 1


def test_second_press_stores_one_comment(say):
    responses = [say(), say(), say(email="JO@example.org")]

    assert Comment.objects.count() == 1
    assert len({response.url for response in responses}) == 1


def test_same_words_later_or_elsewhere_are_another_comment(say):
    say()
    Comment.objects.approve()
    first = Comment.objects.get()
    say(parent=first.pk)
    Comment.objects.update(posted_at=timezone.now() - timedelta(minutes=11))
    say()

    assert Comment.objects.count() == 3


def test_reply_shows_what_it_answers(client, topic):
    comment = CommentFactory(topic=topic, name="Amina", text="Hinges.")

    response = client.get(topic.get_absolute_url(), {"reply": comment.pk})

    page = response.content.decode()
    assert "Your answer to <bdi>Amina</bdi>" in page
    assert f'<input type="hidden" name="parent" value="{comment.pk}">' in page


def test_reply_is_stored_below_what_it_answers(say, topic):
    comment = CommentFactory(topic=topic)

    say(parent=comment.pk)

    assert Comment.objects.get(parent=comment).topic == topic


@pytest.mark.parametrize("reply", ["0", "x", "-1", "9" * 30, "1' or 1", "\x00"])
def test_reply_to_nothing_is_a_new_comment(client, topic, reply):
    response = client.get(topic.get_absolute_url(), {"reply": reply})

    assert response.status_code == 200
    assert "Join in" in response.content.decode()


@pytest.mark.parametrize("kind", ["elsewhere", "held", "rejected", "missing"])
def test_reply_to_what_is_not_there_keeps_the_words(say, topic, kind):
    parent = {
        "elsewhere": lambda: CommentFactory().pk,
        "held": lambda: CommentFactory(topic=topic, approved_at=None).pk,
        "rejected": lambda: CommentFactory(topic=topic, rejected_at=timezone.now()).pk,
        "missing": lambda: "9" * 30,
    }[kind]()

    response = say(parent=parent)

    page = response.content.decode()
    assert list(errors(response)) == ["parent"]
    assert "The comment that you answer is not here any more." in page
    assert "We oil the hinges.</textarea>" in page
    assert '<input type="hidden" name="parent" value="">' in page


def test_mistakes_are_listed_with_links_and_nothing_typed_is_lost(say, topic):
    response = say(name="", email="jo", website="javascript:alert(1)")

    page = response.content.decode()
    assert errors(response) == {
        "name": ["Please tell us your name."],
        "email": ["This is no mail address. One looks like name@example.org."],
        "website": ["This is no web address. One looks like https://example.org."],
    }
    assert f"<title>Error: {topic.title}" in page
    assert '<a href="#id_name">Your name</a>: Please tell us your name.' in page
    assert 'value="jo"' in page
    assert "We oil the hinges.</textarea>" in page
    assert Comment.objects.count() == 0


@pytest.mark.parametrize("field", ["name", "email", "text"])
@pytest.mark.parametrize("blank", ["", "   ", "\n\n"])
def test_blank_fields_are_asked_for(say, field, blank):
    assert list(errors(say(**{field: blank}))) == [field]


@pytest.mark.parametrize("field", ["name", "text"])
@pytest.mark.parametrize(
    "blank", ["\u200b", "\u200d\u2060\ufeff", "\u3164", "\u2800 ", "\u202e"]
)
def test_what_nobody_can_see_is_asked_for(say, field, blank):
    found = errors(say(**{field: blank}))

    assert found == {field: ["Please write something that others can see."]}


@pytest.mark.parametrize("field", ["name", "email", "website", "text"])
@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x9b", "\uffff"])
def test_control_characters_are_named(say, field, control):
    found = errors(say(**{field: f"https://a{control}b.example"}))

    assert list(found) == [field]


def test_control_character_message_says_which_and_where(say):
    found = errors(say(text="We oil\x07 the hinges."))

    assert found["text"] == [
        "There is an invisible character here that cannot be shown "
        "(U+0007, after “We oil”). Please delete it."
    ]


@pytest.mark.parametrize(
    "website",
    [
        "javascript:alert(1)",
        "javascript://example.org/%0aalert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "file:///etc/passwd",
        "//",
        "http://",
        "https://" + "a" * 300 + ".org",
        '"><script>alert(1)</script>',
    ],
)
def test_websites_are_on_the_web(say, website):
    assert list(errors(say(website=website))) == ["website"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("example.org", "https://example.org"),
        ("http://example.org/a", "http://example.org/a"),
        ("https://bücher.example/", "https://bücher.example/"),
    ],
)
def test_websites_are_stored_with_their_scheme(say, typed, stored):
    say(website=typed)

    assert Comment.objects.get().website == stored


def test_website_is_linked_without_recommending_it(client, topic):
    CommentFactory(topic=topic, name="Jo", website="https://jo.example/?a=1&b=2")

    page = client.get(topic.get_absolute_url()).content.decode()

    assert (
        '<a rel="nofollow ugc noopener" href="https://jo.example/?a=1&amp;b=2">Jo</a>'
        in page
    )


def test_a_megabyte_is_too_long_and_said_so(say):
    found = errors(say(text="a" * 1_000_000, name="b" * 1_000_000))

    assert found == {
        "name": ["Please shorten this to 60 characters. It has 1000000 now."],
        "text": ["Please shorten this to 5000 characters. It has 1000000 now."],
    }


def test_more_than_a_few_megabytes_are_refused_politely(say):
    assert say(text="a" * 5_000_000).status_code == 400


def test_bytes_that_are_no_text_do_not_break_anything(client, topic):
    response = client.generic(
        "POST",
        topic.get_absolute_url(),
        b"name=Jo%ff&email=jo@example.org&text=%ed%a0%80%c3",
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code == 302
    assert Comment.objects.get().name == "Jo\ufffd"


def test_text_keeps_its_paragraphs_and_cannot_turn_what_follows(say):
    say(text="One\r\ntwo\r\n\r\n\r\n\r\n\u202ethree ", name=" Jo \u202e  Ann ")

    comment = Comment.objects.get()
    assert comment.text == "One\ntwo\n\nthree"
    assert comment.name == "Jo Ann"


@pytest.mark.parametrize(
    "name", ["Zażółć", "李小龍", "אביגיל", "علي", "नेहा\u200dशा", "O’Brien-Łoś", "🦉"]
)
def test_names_of_any_script_are_welcome(say, name):
    say(name=name)

    assert Comment.objects.get().name == name


def test_filled_trap_leads_to_the_queue_even_for_known_authors(say):
    CommentFactory(name="Jo", email="jo@example.org")

    say(subject="Cheap watches")

    assert Comment.objects.held().get().held_because == "trap"


def test_posting_asks_for_the_token_of_the_form(topic):
    client = Client(enforce_csrf_checks=True)

    assert client.post(topic.get_absolute_url(), {"text": "x"}).status_code == 403


@pytest.mark.parametrize(
    "script",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "'\"><svg/onload=alert(1)>",
        "</textarea><script>alert(1)</script>",
    ],
)
def test_markup_is_harmless_in_every_field(client, say, topic, script):
    say(text=f"First {script}")
    say(name=script[:60], text=script)
    refused = say(name=script[:60], text=script, website=script, email=script)
    Comment.objects.approve()

    for page in (refused, client.get(topic.get_absolute_url())):
        html = page.content.decode()
        assert [t for t in ("<script", "<img src=x", "<svg/") if t in html] == []


def test_thread_of_fifty_is_shown_and_indents_five_steps(client, topic):
    parent = None
    for _ in range(50):
        parent = CommentFactory(topic=topic, parent=parent)

    page = client.get(topic.get_absolute_url()).content.decode()

    assert page.count('class="comment indent-5"') == 45
