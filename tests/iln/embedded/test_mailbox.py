from __future__ import annotations

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import reverse

from iln.embedded import mailbox
from tests.factories import UserFactory

MAILBOX = reverse("embedded:mailbox")


@pytest.fixture(autouse=True)
def mail_dir(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mailbox"


@pytest.fixture
def send():
    def send(subject, to="ana@example.org", html="<p>Hello</p>"):
        connection = get_connection("iln.embedded.mailbox.MaildirBackend")
        mail = EmailMultiAlternatives(
            subject,
            "Hello, see https://example.org/a",
            to=[to],
            connection=connection,
        )
        mail.attach_alternative(html, "text/html")
        assert mail.send() == 1
        return mailbox.newest_first()[0]

    return send


def subjects(page):
    return [mail.subject for mail in page.context["mails"]]


def test_the_mailbox_is_empty_at_first(organiser_client):
    assert "No mails here yet." in organiser_client.get(MAILBOX).content.decode()


def test_the_mailbox_lists_the_newest_first_in_pages(organiser_client, send):
    for number in range(21):
        send(f"Mail {number}")

    first = organiser_client.get(MAILBOX)
    second = organiser_client.get(MAILBOX, {"page": 2})

    assert subjects(first) == [f"Mail {number}" for number in range(20, 0, -1)]
    assert subjects(second) == ["Mail 0"]


def test_a_search_by_address_leaves_no_address_in_a_url(organiser_client, send):
    send("For Ana", to="Ana <ana@example.org>")
    send("For Ben", to="ben@example.org")

    page = organiser_client.post(reverse("embedded:mail_search"), {"address": "ANA@"})
    came_back = organiser_client.get(reverse("embedded:mail_search"))

    assert subjects(page) == ["For Ana"]
    assert "ana" not in page.request["PATH_INFO"] + page.request["QUERY_STRING"]
    assert came_back.url == MAILBOX


def test_a_mail_is_shown_with_its_text_its_links_and_its_headers(
    organiser_client, send
):
    key = send("Grüße aus Köln", to="Zoë <zoe@example.org>")

    content = organiser_client.get(
        reverse("embedded:mail", args=[key])
    ).content.decode()

    assert "<h1>Grüße aus Köln</h1>" in content
    assert "Zoë &lt;zoe@example.org&gt;" in content
    assert '<a href="https://example.org/a"' in content
    assert '<th scope="row">Message-ID</th>' in content
    assert f'src="{reverse("embedded:mail_html", args=[key])}"' in content


def test_the_html_of_a_mail_may_be_framed_by_us_and_runs_nothing(
    organiser_client, send
):
    key = send("Hello", html="<p style='color: red'>Ünïcode</p>")

    page = organiser_client.get(reverse("embedded:mail_html", args=[key]))

    policy = page.headers["Content-Security-Policy"].split("; ")
    assert page.content.decode().strip() == "<p style='color: red'>Ünïcode</p>"
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert {"default-src 'none'", "frame-ancestors 'self'"} <= set(policy)


@pytest.mark.parametrize("key", ["nothing", "..", "%2e%2e%2fsecret-key"])
def test_a_mail_that_is_not_there_is_not_found(organiser_client, send, key):
    send("Hello")

    assert organiser_client.get(f"{MAILBOX}{key}/").status_code == 404


def test_only_organisers_read_the_mailbox(db, client, send):
    key = send("Hello")
    urls = [
        MAILBOX,
        reverse("embedded:mail_search"),
        reverse("embedded:mail", args=[key]),
        reverse("embedded:mail_html", args=[key]),
    ]

    answers = [client.get(url) for url in urls]
    client.force_login(UserFactory())
    answers += [client.get(url) for url in urls]

    login = reverse("admin:login")
    assert [answer.url.split("?")[0] for answer in answers] == [login] * 8


def test_the_mailbox_takes_the_same_queries_for_one_and_for_three(
    organiser_client, send, django_assert_num_queries
):
    send("One")
    with django_assert_num_queries(2):
        organiser_client.get(MAILBOX)

    send("Two")
    send("Three")
    with django_assert_num_queries(2):
        organiser_client.get(MAILBOX)


def test_an_organiser_who_may_not_read_mails_is_refused(client, send, db):
    """Such as a liaison: mails hold links that open other people's pages."""
    key = send("A link to sign in")
    client.force_login(UserFactory(is_staff=True))

    paths = [MAILBOX, reverse("embedded:mail", args=[key])]
    assert [client.get(path).status_code for path in paths] == [403, 403]
