from __future__ import annotations

from datetime import timedelta
from threading import Event
from time import monotonic, sleep

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from matching import services, tasks
from matching.models import Proposal, Search
from tests.factories import (
    ApplicationFactory,
    OrganiserFactory,
    RoundFactory,
    SearchFactory,
)
from tests.together import RACES, at_once


@pytest.fixture
def closed_round(db):
    """A round with two people who may be paired."""
    round_ = RoundFactory(closed=True)
    for country in ("KE", "AU"):
        ApplicationFactory(round=round_, country=country)
    return round_


def a_minute_ago():
    return timezone.now() - timedelta(minutes=1)


def wait_until(true):
    deadline = monotonic() + 10
    while not true():
        assert monotonic() < deadline
        sleep(0.01)


def age(search, **ages):
    """Make a search's timestamps so many minutes old."""
    now = timezone.now()
    Search.objects.filter(pk=search.pk).update(
        **{name: now - timedelta(minutes=minutes) for name, minutes in ages.items()}
    )


@pytest.fixture
def called(monkeypatch):
    """The searches that a worker was called for."""
    searches = []
    monkeypatch.setattr(tasks.find_best, "delay", searches.append)
    return searches


def test_search_ends_with_its_proposal(closed_round, organiser):
    search = SearchFactory(round=closed_round, asked_by=organiser, seed=7)

    tasks.find_best(search.pk)

    search.refresh_from_db()
    assert search.stage == Search.Stage.DONE
    assert search.failure == ""
    assert search.ended_at is not None
    assert search.proposal == Proposal.objects.get()
    assert (search.proposal.seed, search.proposal.made_by) == (7, organiser)


def test_search_shows_each_stage_while_it_runs(closed_round, monkeypatch):
    search = SearchFactory(round=closed_round)
    seen = []

    def find(round_, *, report, **settings):
        def look(stage):
            report(stage)
            seen.append(Search.objects.get().stage)

        return find_really(round_, report=look, **settings)

    def keep(found):
        seen.append(Search.objects.get().stage)
        return keep_really(found)

    find_really, keep_really = services.find, services.keep
    monkeypatch.setattr(services, "find", find)
    monkeypatch.setattr(services, "keep", keep)
    tasks.find_best(search.pk)

    assert seen == list(Search.Stage)[1:-1]


def test_empty_round_is_told_in_words(db):
    search = SearchFactory()

    tasks.find_best(search.pk)

    search.refresh_from_db()
    assert search.failure == (f"Nobody has a confirmed application to {search.round}.")
    assert search.ended_at is not None


def test_failure_is_told_without_anybodys_data(closed_round, monkeypatch, caplog):
    address = "amina@example.org"

    def find(round_, **settings):
        raise LookupError(address)

    monkeypatch.setattr(services, "find", find)
    search = SearchFactory(round=closed_round)

    tasks.find_best(search.pk)

    search.refresh_from_db()
    assert search.failure.startswith("The search ended with an error (LookupError).")
    assert "LookupError" in caplog.text
    assert address not in caplog.text + search.failure


def test_doubled_task_finds_nothing_to_do(closed_round):
    search = SearchFactory(round=closed_round)

    tasks.find_best(search.pk)
    tasks.find_best(search.pk)

    assert Proposal.objects.count() == 1


def test_task_leaves_a_search_alone_that_somebody_is_at(closed_round):
    search = SearchFactory(round=closed_round, seen_at=timezone.now())

    tasks.find_best(search.pk)

    assert not Proposal.objects.exists()


def test_dropped_search_is_taken_up_again(closed_round):
    search = SearchFactory(round=closed_round)
    age(search, seen_at=2, asked_at=8)

    tasks.resume_searches()

    search.refresh_from_db()
    assert search.proposal == Proposal.objects.get()


def test_search_that_ends_every_worker_is_given_up_in_words(db, called):
    search = SearchFactory(attempts=3)
    age(search, seen_at=2, asked_at=8)

    tasks.resume_searches()

    search.refresh_from_db()
    assert search.ended_at is not None
    assert "each of them ended in the middle of it" in search.failure
    assert called == []


def test_long_stage_gives_signs_of_life(transactional_db, monkeypatch):
    search = SearchFactory(round=RoundFactory(closed=True))
    beats = Event()

    def find(round_, **settings):
        age(search, seen_at=9)
        wait_until(lambda: Search.objects.get().seen_at > a_minute_ago())
        beats.set()
        raise services.NobodyToMatch("Nobody.")

    monkeypatch.setattr(tasks, "BEAT", 0.01)
    monkeypatch.setattr(services, "find", find)
    tasks.find_best(search.pk)

    assert beats.is_set()


@pytest.mark.parametrize("stage", list(Search.Stage)[1:-1])
def test_cancelled_search_leaves_no_proposal(stage, closed_round, monkeypatch):
    """Whichever stage its worker is at."""
    search = SearchFactory(round=closed_round)
    find_really, keep_really = services.find, services.keep

    def find(round_, *, report, **settings):
        def cancel_then_report(begun):
            if begun == stage:
                Search.objects.cancel()
            report(begun)

        return find_really(round_, report=cancel_then_report, **settings)

    def keep(found):
        proposal = keep_really(found)
        Search.objects.cancel()
        return proposal

    monkeypatch.setattr(services, "find", find)
    if stage == Search.Stage.SAVING:
        monkeypatch.setattr(services, "keep", keep)
    tasks.find_best(search.pk)

    search.refresh_from_db()
    assert not Proposal.objects.exists()
    assert (search.proposal, search.failure) == (None, "")
    assert search.cancelled_at == search.ended_at


def test_cancelled_search_makes_room_for_another(closed_round, organiser, called):
    first, _ = tasks.start_search(closed_round, organiser)

    Search.objects.cancel()
    second, _ = tasks.start_search(closed_round, organiser)

    assert second != first


def test_what_has_ended_is_not_cancelled(db):
    SearchFactory(ended_at=timezone.now())

    assert Search.objects.cancel() == 0


def test_cancelled_before_a_worker_came_is_never_begun(closed_round):
    search = SearchFactory(round=closed_round)
    Search.objects.cancel()

    tasks.find_best(search.pk)

    search.refresh_from_db()
    assert (search.attempts, search.stage) == (0, Search.Stage.QUEUED)


def test_application_that_was_deleted_meanwhile_is_told_in_words(
    transactional_db, monkeypatch
):
    round_ = RoundFactory(closed=True)
    people = [ApplicationFactory(round=round_, country=c) for c in ("KE", "AU")]
    search = SearchFactory(round=round_)
    keep_really = services.keep

    def keep(found):
        people[0].delete()
        return keep_really(found)

    monkeypatch.setattr(services, "keep", keep)
    tasks.find_best(search.pk)

    search.refresh_from_db()
    assert search.failure.startswith("Applications were deleted while the search")
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("countries", [["KE"], ["KE", "KE", "KE"]])
def test_people_whom_nobody_may_meet_are_left_over(countries, organiser_client, round_):
    for country in countries:
        ApplicationFactory(round=round_, country=country)
    search = SearchFactory(round=round_)

    tasks.find_best(search.pk)

    proposal = Proposal.objects.get()
    assert proposal.unmatched.count() == len(countries)
    page = organiser_client.get(proposal.get_admin_url())
    assert page.status_code == 200
    assert "left over" in page.text


def test_wish_for_a_word_that_was_deleted_is_met_by_nobody(round_):
    wish = [("role", "important", "gone")]
    ApplicationFactory(round=round_, country="KE", wishes=wish)
    ApplicationFactory(round=round_, country="AU")
    search = SearchFactory(round=round_)

    tasks.find_best(search.pk)

    [report] = [
        seat.report for seat in Proposal.objects.get().seats.all() if seat.report
    ]
    assert [line["reason"] for line in report] == ["nobody_offers"]


def test_worker_that_was_thought_lost_leaves_no_second_proposal(
    closed_round, monkeypatch
):
    search = SearchFactory(round=closed_round)
    find = services.find

    def slowly(round_, **settings):
        monkeypatch.setattr(services, "find", find)
        age(search, seen_at=2)
        tasks.find_best(search.pk)
        return find(round_, **settings)

    monkeypatch.setattr(services, "find", slowly)
    tasks.find_best(search.pk)

    search.refresh_from_db()
    assert search.proposal == Proposal.objects.get()
    assert search.attempts == 2


def test_resume_calls_for_what_nobody_began_or_somebody_dropped(db, called):
    fresh, never_begun, at_work, dropped, ended = SearchFactory.create_batch(5)
    age(fresh, asked_at=0)
    age(never_begun, asked_at=2)
    age(at_work, asked_at=9, seen_at=0.5)
    age(dropped, asked_at=9, seen_at=2)
    age(ended, asked_at=9, seen_at=8, ended_at=7)

    tasks.resume_searches()

    assert sorted(called) == [never_begun.pk, dropped.pk]


def test_start_search_calls_a_worker_once_the_row_is_there(
    closed_round, organiser, called, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        search, reachable = tasks.start_search(closed_round, organiser)

    assert called == [search.pk]
    assert (search.asked_by, reachable) == (organiser, True)


def test_second_search_joins_the_first(closed_round, organiser, called):
    first, _ = tasks.start_search(closed_round, organiser)

    second, _ = tasks.start_search(closed_round, OrganiserFactory())

    assert second == first


@pytest.mark.django_db(transaction=True)
def test_broker_that_is_down_keeps_the_search(monkeypatch):
    def refuse(pk):
        raise OperationalError

    monkeypatch.setattr(tasks.find_best, "delay", refuse)
    search, reachable = tasks.start_search(RoundFactory(), OrganiserFactory())

    assert not reachable
    assert Search.objects.get() == search


def test_two_organisers_pressing_at_once_share_one_search(transactional_db, called):
    organiser = OrganiserFactory()
    for _ in range(RACES):
        round_ = RoundFactory(closed=True)
        called.clear()

        found = at_once(lambda: tasks.start_search(round_, organiser)[0].pk)  # noqa: B023

        search = round_.searches.get()
        assert found == [search.pk, search.pk]
        assert called == [search.pk]
