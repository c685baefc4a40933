"""Links that sign somebody in: once, for ten minutes, and only when a button is pressed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from sesame.utils import get_token

from iln.mail.models import Message
from iln.mail.outbox import deliver_due
from participants import services
from participants.emails import SIGN_IN_SCOPE
from participants.models import Application, User
from tests.factories import ApplicationFactory, OrganiserFactory, UserFactory
from tests.participants.helpers import at_once
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

SEND, SENT = "/participation/link/", "/participation/link/sent/"
USED_UP = "This link does not work any more"


def link_for(user):
    return reverse("participants:sign_in", args=[get_token(user, SIGN_IN_SCOPE)])


def link_in(mail):
    return next(
        line.removeprefix(settings.SITE_URL)
        for line in mail.body.splitlines()
        if "/sign-in/" in line
    )


def opened_by(path):
    """Whose page it is; a link carries the second at which it was made."""
    return Application.objects.from_token(path.split("/")[-2])


def test_link_by_mail_signs_in_and_leads_to_my_participation(client, mailoutbox):
    application = ApplicationFactory(user__email="Amina@example.org")

    client.post(SEND, {"email": "amina@EXAMPLE.org"})
    deliver_due()
    (mail,) = mailoutbox
    asked = client.get(link_in(mail))
    answer = client.post(link_in(mail), follow=True)

    assert mail.to == ["Amina@example.org"]
    assert "Sign in</button>" in asked.text
    assert answer.redirect_chain == [("/participation/", 302)]
    assert application.user.email in answer.text


def test_everybody_gets_the_same_answer_and_leaves_the_same_row(client, mailoutbox):
    UserFactory(email="amina@example.org")

    answers = [
        client.post(SEND, {"email": email}, follow=True)
        for email in ("amina@example.org", "nobody@example.org")
    ]
    columns = ("kind", "stream", "recipient", "subject", "text", "html", "cause_id")
    rows = list(Message.objects.values(*columns))
    deliver_due()

    assert answers[0].content == answers[1].content
    assert answers[0].redirect_chain == answers[1].redirect_chain == [(SENT, 302)]
    assert rows[0] == rows[1]
    assert [mail.to for mail in mailoutbox] == [["amina@example.org"]]
    unknown = Message.objects.get(address="nobody@example.org")
    assert unknown.last_answer == "Nobody has this address here."


def test_asking_takes_as_many_queries_for_strangers(client, django_assert_num_queries):
    UserFactory(email="amina@example.org")

    for email in ("amina@example.org", "nobody@example.org"):
        with django_assert_num_queries(1):
            client.post(SEND, {"email": email})


def test_link_is_sent_once_a_minute_however_often_it_is_asked_for(client, mailoutbox):
    UserFactory(email="amina@example.org")

    with time_machine.travel(timezone.now().replace(second=5), tick=False):
        for spelling in ("amina@example.org", "Amina@example.org"):
            client.post(SEND, {"email": spelling})
        deliver_due()

    assert len(mailoutbox) == 1


def test_outbox_keeps_no_link(client, mailoutbox):
    services.send_link(UserFactory())
    deliver_due()

    row = Message.objects.get()
    assert "/sign-in/" in mailoutbox[0].body
    assert "/sign-in/" in mailoutbox[0].alternatives[0][0]
    assert row.sent_at
    assert "/sign-in/" not in f"{row.subject} {row.text} {row.html}"
    assert row.subject == mailoutbox[0].subject == "Your link to sign in"


def test_opening_the_link_uses_nothing_up(client):
    user = UserFactory()
    link = link_for(user)

    for _ in range(3):
        client.get(link)
        client.head(link)

    user.refresh_from_db()
    assert user.last_login is None
    assert "participant" not in client.session
    assert client.post(link).url == "/participation/"


def test_link_works_once(client):
    link = link_for(UserFactory())
    assert client.post(link).status_code == 302

    again = [Client().post(link), Client().get(link)]

    assert [page.status_code for page in again] == [404, 404]
    assert all(USED_UP in page.text for page in again)
    assert all("Send me a fresh link" in page.text for page in again)


def test_one_link_uses_up_all_that_were_sent_before(client):
    user = UserFactory()
    first, second = link_for(user), link_for(user)

    client.post(second)

    assert Client().post(first).status_code == 404


def test_link_works_for_ten_minutes(client):
    link = link_for(UserFactory())

    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)):
        assert client.post(link).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(minutes=9, seconds=50)):
        assert client.post(link).status_code == 302


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-2] + ("AA" if token[-2] != "A" else "BA"),
        lambda token: "A" + token[1:] if token[0] != "A" else "B" + token[1:],
        lambda token: token[:10],
        lambda token: "nonsense",
        lambda token: "ünsinn:1:x",
    ],
)
def test_altered_link_leads_to_a_kind_page(client, spoil):
    url = reverse(
        "participants:sign_in", args=[spoil(link_for(UserFactory()).split("/")[3])]
    )

    pages = [client.get(url), client.post(url)]

    assert [page.status_code for page in pages] == [404, 404]
    assert all(USED_UP in page.text for page in pages)


def test_token_of_another_scope_opens_nothing(client):
    url = reverse("participants:sign_in", args=[get_token(UserFactory(), "something")])

    assert client.post(url).status_code == 404


def test_link_ends_with_a_new_address_and_without_the_person(client):
    moved, gone, barred = UserFactory(), UserFactory(), UserFactory()
    links = [link_for(user) for user in (moved, gone, barred)]

    User.objects.filter(pk=moved.pk).update(email="moved@example.org")
    gone.delete()
    User.objects.filter(pk=barred.pk).update(is_active=False)

    assert [client.post(link).status_code for link in links] == [404, 404, 404]


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_open_one_session():
    token = get_token(UserFactory(), SIGN_IN_SCOPE)
    found = []

    def press():
        found.append(services.sign_in(token))

    at_once(press, press, press)

    assert len([user for user in found if user]) == 1


def test_sign_in_leads_back_to_where_one_was(client):
    user = ApplicationFactory().user
    asked = client.get("/participation/?from=here", follow=True)
    assert '<input type="hidden" name="next" value="/participation/?from=here">' in (
        asked.text
    )

    client.post(SEND, {"email": user.email, "next": "/participation/?from=here"})

    assert client.post(link_for(user)).url == "/participation/?from=here"


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example/", "javascript:x"]
)
def test_sign_in_never_leads_to_another_site(client, path):
    user = UserFactory()

    client.post(SEND, {"email": user.email, "next": path})

    assert client.post(link_for(user)).url == "/participation/"


def test_a_mistake_in_the_address_is_named(client):
    response = client.post(SEND, {"email": "amina@", "next": "/x/"})

    assert "<title>Error: My participation" in response.text
    assert 'value="amina@"' in response.text
    assert 'href="#id_email"' in response.text
    assert 'name="next" value="/x/"' in response.text


def test_signing_out_ends_the_session(client):
    sign_in(client, ApplicationFactory().user)

    assert client.get("/participation/sign-out/").status_code == 405
    assert "What you told us" in client.get("/participation/").text
    left = client.post("/participation/sign-out/", follow=True)

    assert "You are signed out." in left.text
    assert client.get("/participation/").url == f"{SEND}?next=%2Fparticipation%2F"


def test_sign_in_link_of_an_organiser_does_not_open_the_admin(client):
    client.post(link_for(OrganiserFactory()))

    assert client.get("/participation/").status_code == 200
    assert client.get("/admin/").url == "/admin/login/?next=/admin/"


def test_link_in_any_other_mail_only_offers_a_fresh_one(client, mailoutbox):
    application, other = ApplicationFactory(), ApplicationFactory()
    url = application.get_absolute_url()

    seen = [client.get(url), sign_in(Client(), other.user).get(url)]
    sent = client.post(f"{url}link/", follow=True)
    deliver_due()
    signed_in = client.post(link_in(mailoutbox[0]), follow=True)
    [(page_of_theirs, _)] = signed_in.redirect_chain

    for page in seen:
        assert "For your safety, we send you a fresh link" in page.text
        assert application.name not in page.text
        assert "@" not in page.text
    assert sent.redirect_chain == [(SENT, 302)]
    assert [mail.to for mail in mailoutbox] == [[application.user.email]]
    assert opened_by(page_of_theirs) == application
    assert application.user.email in signed_in.text
    assert client.get(f"{url}link/").status_code == 405


def test_confirming_signs_in_once_and_shows_no_answers_before(client):
    application = ApplicationFactory(confirmed_at=None, name="Amina Otieno")
    url = application.get_absolute_url()

    asked = client.get(url)
    confirmed = client.post(f"{url}confirm/", follow=True)
    later = Client().post(f"{url}confirm/", follow=True)

    assert "Confirm my application" in asked.text
    assert application.round.name in asked.text
    assert "Amina" not in asked.text
    assert application.user.email not in asked.text
    assert "What you told us" in confirmed.text
    assert "For your safety, we send you a fresh link" in later.text
    assert "What you told us" not in later.text


def test_refused_confirmation_signs_nobody_in(client):
    application = ApplicationFactory(confirmed_at=None, withdrawn_at=timezone.now())

    page = client.post(f"{application.get_absolute_url()}confirm/", follow=True)

    assert "there is nothing to confirm" in page.text
    assert "participant" not in client.session
