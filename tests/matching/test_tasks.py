from __future__ import annotations

from datetime import timedelta

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
from tests.together import at_once


@pytest.fixture
def closed_round(db):
    """A round with two people who may be paired."""
    round_ = RoundFactory(closed=True)
    for country in ("KE", "AU"):
        ApplicationFactory(round=round_, country=country)
    return round_


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

    def propose(round_, *, report, **settings):
        for stage in ("reading", "scoring", "solving", "explaining"):
            report(stage)
            seen.append(Search.objects.get().stage)
        return Proposal.objects.create(round=round_, made_with={}, figures={})

    monkeypatch.setattr(services, "propose", propose)
    tasks.find_best(search.pk)

    assert seen == ["reading", "scoring", "solving", "explaining"]


def test_empty_round_is_told_in_words(db):
    search = SearchFactory()

    tasks.find_best(search.pk)

    search.refresh_from_db()
    assert search.failure == (f"Nobody has a confirmed application to {search.round}.")
    assert search.ended_at is not None


def test_failure_is_told_without_anybodys_data(closed_round, monkeypatch, caplog):
    address = "amina@example.org"

    def propose(round_, **settings):
        raise LookupError(address)

    monkeypatch.setattr(services, "propose", propose)
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
    age(search, seen_at=6, asked_at=8)

    tasks.resume_searches()

    search.refresh_from_db()
    assert search.proposal == Proposal.objects.get()


def test_worker_that_was_thought_lost_leaves_no_second_proposal(
    closed_round, monkeypatch
):
    search = SearchFactory(round=closed_round)
    propose = services.propose

    def slowly(round_, **settings):
        monkeypatch.setattr(services, "propose", propose)
        age(search, seen_at=6)
        tasks.find_best(search.pk)
        return propose(round_, **settings)

    monkeypatch.setattr(services, "propose", slowly)
    tasks.find_best(search.pk)

    search.refresh_from_db()
    assert search.proposal == Proposal.objects.get()


def test_resume_calls_for_what_nobody_began_or_somebody_dropped(db, called):
    fresh, never_begun, at_work, dropped, ended = SearchFactory.create_batch(5)
    age(fresh, asked_at=0)
    age(never_begun, asked_at=2)
    age(at_work, asked_at=9, seen_at=4)
    age(dropped, asked_at=9, seen_at=6)
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_two_organisers_pressing_at_once_share_one_search(attempt, called):
    round_, organiser = RoundFactory(closed=True), OrganiserFactory()

    found = at_once(lambda: tasks.start_search(round_, organiser)[0].pk)

    search = Search.objects.get()
    assert found == [search.pk, search.pk]
    assert called == [search.pk]
