"""At most so many from one country: who must wait is told at once, and where they stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from iln.mail.models import Message
from participants import luck, services, tasks
from participants.country_cap import deferred
from participants.luck import Luck
from tests.factories import ApplicationFactory, RoundFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_(db):
    """Half of the people may come from one country; two from Kenya and two others are in."""
    round_ = RoundFactory(country_cap=50)
    for nth, country in enumerate(["KE", "KE", "PE", "DK"]):
        moment = timezone.now() - timedelta(days=9 - nth)
        ApplicationFactory(
            round=round_, country=country, submitted_at=moment, confirmed_at=moment
        )
    return round_


def confirming(round_, **facts):
    """Somebody confirms now."""
    mine = ApplicationFactory(round=round_, confirmed_at=None, **facts)
    services.confirm(mine)
    mine.refresh_from_db()
    return mine


def kinds():
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))


def test_who_comes_after_the_share_is_told_at_once(round_):
    mine = confirming(round_, country="KE")

    assert kinds() == ["waiting list"]
    letter = Message.objects.get()
    for words in [
        "So many people from Kenya came before you",
        "at most 50 % of a round",
        "You are number 1 in the queue.",
    ]:
        assert (words in letter.text, words in letter.html) == (True, True)
    assert mine.told_to_wait_at is not None
    assert services.place(mine) == 1


def test_who_has_a_place_gets_the_usual_receipt(round_):
    mine = confirming(round_, country="JP")

    assert (kinds(), mine.told_to_wait_at) == (["application confirmed"], None)
    assert services.place(mine) is None


def test_one_moves_up_when_others_join_or_somebody_withdraws(round_):
    mine = confirming(round_, country="KE")
    late = confirming(round_, country="KE")
    last = confirming(round_, country="KE")
    assert [services.place(one) for one in (mine, late, last)] == [None, 1, 2]

    confirming(round_, country="JP")
    assert [services.place(one) for one in (mine, late, last)] == [None, None, 1]
    services.withdraw(round_.applications.order_by("submitted_at").first())
    assert [services.place(one) for one in (mine, late, last)] == [None, None, 1]
    services.withdraw(mine)

    assert [services.place(one) for one in (late, last)] == [None, None]


def test_place_is_that_of_matching_day(round_):
    for _ in range(4):
        confirming(round_, country="KE")

    late = deferred(list(round_.applications.confirmed()), 50)

    assert [services.place(one) for one in late] == list(range(1, len(late) + 1))
    rest = round_.applications.exclude(pk__in=[one.pk for one in late])
    assert {services.place(one) for one in rest} == {None}


def test_who_was_unlucky_last_time_comes_before_those_who_applied_earlier(round_):
    last = RoundFactory(
        opens_at=timezone.now() - timedelta(days=300),
        closes_at=timezone.now() - timedelta(days=290),
        confirm_by=timezone.now() - timedelta(days=280),
    )
    moment = timezone.now() - timedelta(days=281)
    kept = ApplicationFactory(
        round=last,
        asked_still_in_at=moment,
        sat_out_at=moment,
        next_round_at=moment,
    )

    mine = confirming(round_, country="KE", user=kept.user)

    assert services.place(mine) is None
    letter = Message.objects.get()
    assert letter.kind == "application confirmed"
    assert f"since {Luck.KEPT_PLACE.since}." in letter.text
    last_in = round_.applications.filter(country="KE").order_by("submitted_at")[1]
    assert services.place(last_in) == 1


@pytest.mark.parametrize(
    "change", [{"country_cap": None}, {"published_at": timezone.now()}]
)
def test_nobody_waits_without_a_limit_or_after_publication(round_, change):
    mine = confirming(round_, country="KE")
    type(round_).objects.update(**change)
    mine.round.refresh_from_db()

    assert services.place(mine) is None


def test_pages_say_where_one_stands_and_only_to_whom_it_concerns(round_, client):
    waits = confirming(round_, country="KE")
    first = round_.applications.order_by("submitted_at").first()
    now = timezone.now()
    round_.applications.update(asked_still_in_at=now, still_in_at=now)
    words = "You wait for a place: number 1 in the queue."

    for one, is_told in [(waits, True), (first, False)]:
        sign_in(client, one.user)
        mine = client.get(one.get_absolute_url()).text
        answered = client.get(one.get_still_in_url()).text
        assert (words in mine, words in answered) == (is_told, is_told)


@pytest.mark.parametrize("people", [1, 6])
def test_place_takes_as_many_queries_however_long_the_queue(
    round_, django_assert_num_queries, people
):
    mine = [confirming(round_, country="KE") for _ in range(people)][-1]

    # round, how many, compatriots, two of their luck
    with django_assert_num_queries(5):
        assert services.place(mine) is not None


def test_place_found_at_the_deadline_is_told_once(round_):
    mine = confirming(round_, country="KE")
    still = confirming(round_, country="KE")
    Message.objects.all().delete()
    confirming(round_, country="JP")
    Message.objects.all().delete()

    with time_machine.travel(round_.confirm_by - timedelta(hours=1)):
        tasks.tell_of_places()
        assert kinds() == []
    with time_machine.travel(round_.confirm_by + timedelta(hours=1)):
        tasks.tell_of_places()
        tasks.tell_of_places()
        late = [services.place(one) for one in (mine, still)]

    told = Message.objects.filter(kind="place found")
    assert late == [None, 1]
    assert [mail.recipient for mail in told] == [mine.user]
    assert "now there is one for you" in told.get().text


def test_who_did_not_answer_makes_room(round_):
    mine = confirming(round_, country="KE")
    first = round_.applications.filter(country="KE").order_by("submitted_at").first()
    asked_at = round_.confirm_by - timedelta(days=5)
    round_.applications.filter(pk=first.pk).update(asked_still_in_at=asked_at)
    assert services.place(mine) == 1

    with time_machine.travel(round_.confirm_by + timedelta(hours=1)):
        assert services.place(mine) is None


def test_reasons_to_come_first_are_those_of_all_who_know_one(monkeypatch, round_):
    mine = ApplicationFactory(round=round_)
    monkeypatch.setattr(
        luck, "SOURCES", [lambda round_, users: dict.fromkeys(users, Luck.LEFT_OVER)]
    )

    assert luck.first(round_, [mine.user_id]) == {mine.user_id: Luck.LEFT_OVER}
