"""About how many could be somebody's partner, while they wish."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matching import meter as metering
from matching.meter import Meter, meter
from matching.snapshot import About
from participants.models import Draft
from participants.services import drafts
from participants.terms import Terms
from tests.factories import ApplicationFactory, WorkplaceFactory
from tests.participants.helpers import as_query, check_url, part, step_url, walk

pytestmark = pytest.mark.django_db

NO_WISHES = {
    "wish_country": "",
    "wish_country_values": [],
    "wish_workplace": "",
    "wish_hours": "",
}
IN_PERU = {
    "wish_country": "these",
    "wish_country_values": ["PE"],
    "wish_country_strength": "must",
}
IN_SCHOOLS = {
    "wish_workplace": "these",
    "wish_workplace_values": ["school-library"],
    "wish_workplace_strength": "must",
}


def url_of(round_):
    return reverse("matching:meter", args=[round_.slug])


def look(round_, typed, draft=None):
    """What the meter says to somebody who has typed this."""
    if draft is None:
        draft, _ = drafts.begin(round_)
        draft.save()
    answers = {name: as_query(typed).getlist(name) for name in typed}
    return meter(round_, draft, answers, Terms())


def people(round_, count, country="NO", **facts):
    zones = {"NO": "Europe/Oslo", "PE": "America/Lima", "KE": "Africa/Nairobi"}
    return ApplicationFactory.create_batch(
        count, round=round_, country=country, time_zone=zones[country], **facts
    )


def test_counts_those_who_live_elsewhere_and_share_a_language(round_, typed):
    people(round_, 15)
    people(round_, 5, "KE")
    people(round_, 5, "PE", languages={"es": 3})

    assert look(round_, typed | NO_WISHES).now == About(10)


def test_tells_what_each_must_costs_and_then_all(round_, typed):
    school = WorkplaceFactory(slug="school-library")
    people(round_, 15, "PE")
    people(round_, 25, "NO", workplace=school)
    people(round_, 25, "NO")

    told = look(round_, typed | NO_WISHES | IN_PERU | IN_SCHOOLS)

    assert told.now == About(0)
    assert [(price.words, price.without, price.is_more) for price in told.prices] == [
        (("I would like someone who lives in", "Peru"), About(20), True),
        (
            ("I would like someone who works in", "School library"),
            About(10),
            True,
        ),
        (None, About(60), True),
    ]
    assert told.dearest == told.prices[0]


def test_wish_that_is_no_must_keeps_nobody_out(round_, typed):
    people(round_, 15)
    nice = IN_PERU | {"wish_country_strength": "important"}

    assert look(round_, typed | NO_WISHES | nice) == look(round_, typed | NO_WISHES)


def test_must_that_keeps_hardly_anybody_out_has_no_price(round_, typed):
    people(round_, 15, "PE")

    told = look(round_, typed | NO_WISHES | IN_PERU)

    assert [(price.without, price.is_more) for price in told.prices] == [
        (About(10), False)
    ]


def test_musts_of_others_count_too(round_, typed):
    people(round_, 15, wishes=[("workplace", "must", "school-library")])

    assert look(round_, typed | NO_WISHES).now == About(0)


def test_dropping_a_must_never_seems_to_cost_somebody(monkeypatch, round_, typed):
    """Fewer may be left uncounted of the smaller number."""
    told = iter([About(20), About(10)])
    monkeypatch.setattr(
        metering.Snapshot, "about", lambda self, who: next(told, About(0))
    )
    [price] = look(round_, typed | NO_WISHES | IN_PERU).prices

    assert (price.without, price.is_more) == (About(20), False)


def test_says_which_answers_it_needs_first(round_, typed):
    lacks = [
        look(round_, typed | {"country": ""}).lacks.slug,
        look(round_, typed | {"role": ""}).lacks.slug,
        look(round_, typed | {"wish_country_values": []}).lacks.slug,
    ]

    assert lacks == ["place", "work", "wishes"]


def test_needs_neither_a_name_nor_an_address(round_, typed):
    assert look(round_, typed | {"name": "", "email": "", "about": ""}).now


def test_round_is_young_with_few_people_or_little_time_gone(round_, typed):
    few = look(round_, typed).is_young
    people(round_, 50)
    later = timezone.now() - timedelta(days=29)
    metering.cache.clear()
    many = look(round_, typed).is_young
    round_.opens_at = later + timedelta(days=28)
    early = look(round_, typed).is_young

    assert (few, many, early) == (True, False, True)


def test_browser_that_asks_too_often_has_to_wait(monkeypatch, round_, typed):
    monkeypatch.setattr(metering, "MOST_LOOKS", 2)
    draft, _ = drafts.begin(round_)
    draft.save()

    told = [look(round_, typed, draft) for _ in range(3)]

    assert told[2] == Meter(asked_too_often=True)
    assert told[:2] == [told[0]] * 2
    assert look(round_, typed).now == told[0].now


@pytest.mark.parametrize("size", [10, 60])
def test_meter_asks_the_database_the_same_however_many_there_are(
    round_, typed, size, django_assert_num_queries
):
    people(round_, size)
    draft, _ = drafts.begin(round_)
    draft.save()
    look(round_, typed, draft)

    with django_assert_num_queries(4):  # the vocabularies
        look(round_, typed, draft)


# --- The pages ---------------------------------------------------------------


def test_step_shows_it_and_the_button_keeps_what_was_typed(client, round_, typed):
    people(round_, 15, "PE")
    walk(client, round_, typed | NO_WISHES)

    response = client.post(
        step_url(round_, "wishes"), part(typed | IN_PERU, "wishes") | {"look": "1"}
    )

    assert "about <strong>10–20</strong> people could be your partner" in response.text
    assert "Sign-up is young" in response.text
    assert Draft.objects.get().answers["wish_country_strength"] == ["must"]


def test_button_shows_what_is_wrong_with_the_wishes(client, round_, typed):
    walk(client, round_, typed)

    wrong = part(typed | {"wish_country_values": []}, "wishes") | {"look": "1"}
    response = client.post(step_url(round_, "wishes"), wrong)

    assert "Please look at this again" in response.text
    assert "One of your wishes is not complete yet" in response.text


def test_check_shows_it_with_the_price_of_each_must(client, round_, typed):
    people(round_, 25)
    walk(client, round_, typed | NO_WISHES | IN_PERU)

    text = client.get(check_url(round_)).text

    assert "<strong>fewer than 10</strong> people could be your partner" in text
    assert "lives in <bdi><strong>Peru</strong></bdi>" in text
    assert "about <strong>20–40</strong> people" in text
    assert "Without the must “<bdi>Peru</bdi>”: about 20–40." in text


def test_live_answer_counts_the_wishes_as_they_stand_and_keeps_nothing(
    client, round_, typed
):
    people(round_, 25)
    walk(client, round_, typed | NO_WISHES)
    before = Draft.objects.get().answers

    response = client.post(url_of(round_), part(typed | IN_PERU, "wishes"))

    assert "<strong>fewer than 10</strong>" in response.text
    assert "no-store" in response["Cache-Control"]
    assert Draft.objects.get().answers == before


def test_live_answer_is_for_browsers_that_have_begun_in_a_round_that_is_open(
    client, round_, typed
):
    stranger = client.post(url_of(round_), part(typed, "wishes"))
    walk(client, round_, typed)
    only_looked = client.get(url_of(round_))
    round_.closes_at = timezone.now() - timedelta(minutes=1)
    round_.save()
    late = client.post(url_of(round_), part(typed, "wishes"))

    assert [answer.status_code for answer in (stranger, only_looked, late)] == [
        404,
        405,
        404,
    ]
