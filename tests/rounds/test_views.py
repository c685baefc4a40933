from __future__ import annotations

import re

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from rounds.models import Round
from tests.factories import (
    ApplicationFactory,
    MatchFactory,
    ProposalFactory,
    RoundFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_figures():
    cache.clear()


def words(response) -> str:
    """What a page says, without its markup."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)
    return " ".join(strip_tags(main[0]).split())


@pytest.mark.parametrize("name", ["home", "list", "privacy", "conduct"])
def test_public_pages_are_for_strangers(client, name):
    response = client.get(reverse(f"rounds:{name}"))

    assert response.status_code == 200


def test_round_page_is_for_strangers(client, round_):
    response = client.get(round_.get_absolute_url())

    assert response.status_code == 200


def test_unknown_round_is_not_found_in_kind_words(client):
    response = client.get(reverse("rounds:detail", args=["nowhere"]))

    assert response.status_code == 404
    assert "not on our shelves" in words(response)


def test_home_without_any_round_says_how_a_round_goes(client):
    said = words(client.get(reverse("rounds:home")))

    assert "How a round goes" in said
    assert "Where the round stands" not in said


def test_home_shows_the_open_round(client):
    round_ = RoundFactory(name="Autumn 2026")

    said = words(client.get(reverse("rounds:home")))

    assert f"Autumn 2026 · sign-up open until {round_.closes_at:%-d %B}" in said
    assert "Where the round stands" in said


def test_home_tells_the_last_published_round_in_numbers(client):
    proposal = ProposalFactory(published_at=timezone.now())
    pair = [ApplicationFactory(round=proposal.round, country=c) for c in ("KE", "PE")]
    MatchFactory(proposal=proposal, applications=pair)
    proposal.seats.update(published_at=timezone.now(), wishes=4, wishes_met=3)

    page = client.get(reverse("rounds:home")).content.decode()

    assert f"{proposal.round.name} in numbers" in page
    assert re.findall("<dd>(.*)</dd>", page) == ["2", "2", "75&nbsp;%", "0"]


def test_home_offers_an_alert_when_sign_up_is_closed(client):
    RoundFactory(closed=True)

    said = words(client.get(reverse("rounds:home")))

    assert "Tell me when the next one opens" in said
    assert "Apply for" not in said


def test_list_sorts_rounds_by_what_one_can_do(client):
    RoundFactory(name="Spring", closed=True)
    RoundFactory(name="Summer")
    RoundFactory(name="Autumn", planned=True)

    page = client.get(reverse("rounds:list")).content.decode()

    assert re.findall(r"<h[23]>(?:<a.*?>)?(.*?)<", page) == [
        "Open for applications",
        "Summer",
        "Coming",
        "Autumn",
        "Under way",
        "Spring",
    ]


def test_list_without_rounds_says_so(client):
    assert "The first round is being planned" in words(
        client.get(reverse("rounds:list"))
    )


@pytest.mark.parametrize("rounds", [1, 3])
def test_list_asks_the_database_once(client, django_assert_num_queries, rounds):
    RoundFactory.create_batch(rounds)

    with django_assert_num_queries(1):
        client.get(reverse("rounds:list"))


def test_round_page_offers_its_form_only_while_open(client):
    open_, closed = RoundFactory(), RoundFactory(closed=True)

    offers = [
        f'href="/rounds/{round_.slug}/apply/"'
        in client.get(round_.get_absolute_url()).content.decode()
        for round_ in (open_, closed)
    ]

    assert offers == [True, False]


def test_description_of_a_round_is_text_and_not_markup(client):
    round_ = RoundFactory(description="<script>alert(1)</script>")

    page = client.get(round_.get_absolute_url()).content.decode()

    assert "&lt;script&gt;alert(1)" in page


def test_forged_form_is_refused_in_kind_words():
    response = Client(enforce_csrf_checks=True).post(reverse("rounds:home"))

    assert response.status_code == 403
    assert "Please send it again" in words(response)


def test_broken_page_is_said_without_the_database(
    client, monkeypatch, django_assert_num_queries
):
    client.raise_request_exception = False
    monkeypatch.setattr(Round.objects, "current", lambda: 1 / 0)

    with django_assert_num_queries(0):
        response = client.get(reverse("rounds:home"))

    assert response.status_code == 500
    assert "Something broke, and it was not you." in words(response)
    assert list(get_messages(response.wsgi_request)) == []


def test_mailbox_is_offered_in_the_embedded_run(client):
    page = client.get(reverse("rounds:home")).content.decode()

    assert f'href="{reverse("embedded:mailbox")}"' in page


def test_rehearsal_is_on_no_public_page(client):
    round_ = RoundFactory(is_rehearsal=True)

    assert words(client.get(reverse("rounds:list"))).count(round_.name) == 0
    for page in (
        round_.get_absolute_url(),
        reverse("participants:apply", args=[round_.slug]),
        reverse("participants:applied", args=[round_.slug]),
    ):
        assert client.get(page).status_code == 404
