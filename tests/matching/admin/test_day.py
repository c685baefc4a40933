from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from matching import tasks
from matching.drafts import reviewing
from matching.models import Proposal, Search
from rounds.models import Round
from tests.factories import (
    ApplicationFactory,
    MatchFactory,
    ProposalFactory,
    RoundFactory,
    SearchFactory,
    UserFactory,
)


def day_of(round_, page=""):
    name = "admin:matching_matching_day" + (f"_{page}" if page else "")
    return reverse(name, args=[round_.pk])


def progress_of(search):
    return reverse("admin:matching_search_progress", args=[search.pk])


def cancel_of(search):
    return reverse("admin:matching_search_cancel", args=[search.pk])


def words(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def now_at(response):
    return [step.name for step in response.context["steps"] if step.state == "now"]


@pytest.fixture(autouse=True)
def called(monkeypatch):
    searches = []
    monkeypatch.setattr(tasks.find_best, "delay", searches.append)
    return searches


@pytest.mark.parametrize("page", ["", "close", "find"])
def test_day_is_not_for_strangers(page, client, round_):
    response = client.post(day_of(round_, page))

    assert response.status_code == 302
    assert response.url.startswith(reverse("admin:login"))


@pytest.mark.parametrize("page", ["", "close", "find"])
def test_day_is_not_for_participants(page, logged_in, round_):
    participant = logged_in(is_staff=False)

    response = participant.post(day_of(round_, page))

    assert response.url.startswith(reverse("admin:login"))
    assert not Search.objects.exists()


@pytest.mark.parametrize("page", ["", "close", "find"])
def test_day_is_not_for_other_staff(page, logged_in, round_):
    assert logged_in().post(day_of(round_, page)).status_code == 403


def test_who_may_only_look_is_offered_no_act(viewer, round_):
    response = viewer.get(day_of(round_))

    assert response.status_code == 200
    assert not response.context["may_find"]
    assert not response.context["may_close"]
    assert viewer.post(day_of(round_, "find")).status_code == 403
    assert viewer.post(day_of(round_, "close")).status_code == 403


def test_day_counts_who_takes_part(organiser_client, round_):
    for country in ("KE", "KE", "AU"):
        ApplicationFactory(round=round_, country=country)
    ApplicationFactory(round=round_, country="PE", confirmed_at=None)
    ApplicationFactory(round=round_, country="DK", withdrawn_at=timezone.now())
    ApplicationFactory(country="JP")

    now = timezone.now()
    ApplicationFactory(round=round_, asked_still_in_at=now)
    ApplicationFactory(round=round_, asked_still_in_at=now, sat_out_at=now)

    response = organiser_client.get(day_of(round_))

    assert response.context["counts"] == {
        "confirmed": 3,
        "countries": 2,
        "unconfirmed": 1,
        "unanswered": 1,
        "sat_out": 1,
        "withdrawn": 1,
    }


def test_day_knows_which_step_comes_next(organiser_client, round_):
    assert now_at(organiser_client.get(day_of(round_))) == ["Ready?"]

    Round.objects.update(closes_at=timezone.now())
    assert now_at(organiser_client.get(day_of(round_))) == ["Best matching"]

    ProposalFactory(round=round_)
    assert now_at(organiser_client.get(day_of(round_))) == ["Publish"]

    match = MatchFactory(proposal=round_.proposals.get())
    assert now_at(organiser_client.get(day_of(round_))) == ["Look through"]

    reviewing.mark(match, UserFactory())
    assert now_at(organiser_client.get(day_of(round_))) == ["Publish"]

    Round.objects.update(published_at=timezone.now())
    assert now_at(organiser_client.get(day_of(round_))) == ["After"]


@pytest.mark.parametrize("count", [1, 3])
def test_day_takes_as_many_queries_for_three_proposals_as_for_one(
    count, organiser_client, organiser, round_, django_assert_num_queries
):
    for proposal in ProposalFactory.create_batch(
        count, round=round_, made_by=organiser, figures={"wishes": 4, "wishes_met": 3}
    ):
        MatchFactory(proposal=proposal)

    with django_assert_num_queries(7):
        organiser_client.get(day_of(round_))


@pytest.mark.parametrize("facts", [{}, {"closes_at": "now"}, {"published_at": "now"}])
def test_day_has_one_primary_act(facts, organiser_client, round_):
    proposal = ProposalFactory(round=round_)
    MatchFactory(proposal=proposal)
    Round.objects.update(**dict.fromkeys(facts, timezone.now()))

    page = organiser_client.get(day_of(round_)).text

    assert page.count('class="pill-button"') == 1
    assert page.count('aria-current="step"') == 1


def test_day_shows_the_published_proposal_and_the_others_below(
    organiser_client, round_
):
    published, *_ = ProposalFactory.create_batch(3, round=round_)
    Proposal.objects.filter(pk=published.pk).update(published_at=timezone.now())
    Round.objects.update(published_at=timezone.now())

    context = organiser_client.get(day_of(round_)).context

    assert context["proposal"] == published
    assert len(context["others"]) == 2


def test_day_says_what_a_draft_began_with(organiser_client, round_):
    ProposalFactory(round=round_, made_with={"source": "3 pairs from paper"})

    assert "began with 3 pairs from paper" in organiser_client.get(day_of(round_)).text


def test_closing_asks_first(organiser_client, round_):
    response = organiser_client.get(day_of(round_, "close"))

    assert "Close sign-up" in response.text
    round_.refresh_from_db()
    assert round_.is_open


def test_closing_ends_sign_up_at_once_and_is_logged(organiser_client, round_):
    response = organiser_client.post(day_of(round_, "close"))

    assert response.url == day_of(round_)
    round_.refresh_from_db()
    assert not round_.is_open
    assert LogEntry.objects.get().get_change_message() == "Closed sign-up."


def test_what_is_closed_is_not_closed_again(organiser_client):
    round_ = RoundFactory(closed=True)

    response = organiser_client.post(day_of(round_, "close"))

    assert words(response) == ["Sign-up was not open."]
    assert Round.objects.get().closes_at == round_.closes_at
    assert not LogEntry.objects.exists()


def test_find_starts_a_search_and_shows_it(
    organiser_client, organiser, round_, called, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = organiser_client.post(day_of(round_, "find"))

    search = Search.objects.get()
    assert response.url == progress_of(search)
    assert (search.round, search.asked_by, called) == (round_, organiser, [search.pk])
    assert LogEntry.objects.get().get_change_message() == (
        f"Asked for the best matching (Search {search.pk})."
    )


def test_find_leads_to_the_search_under_way(organiser_client, round_):
    search = SearchFactory(round=round_)

    response = organiser_client.post(day_of(round_, "find"))

    assert response.url == progress_of(search)


def test_find_acts_on_post_only(organiser_client, round_):
    assert organiser_client.get(day_of(round_, "find")).status_code == 405


def test_published_round_is_not_matched_again(organiser_client, round_):
    Round.objects.update(published_at=timezone.now())

    response = organiser_client.post(day_of(round_, "find"))

    assert words(response) == [f"{round_} has been published already."]
    assert not Search.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_queue_that_is_down_is_said_on_the_page(organiser_client, monkeypatch):
    def refuse(pk):
        raise OperationalError

    monkeypatch.setattr(tasks.find_best, "delay", refuse)

    response = organiser_client.post(day_of(RoundFactory(), "find"))

    assert words(response)[0].startswith("The queue does not answer.")
    assert response.url == progress_of(Search.objects.get())


def test_progress_looks_again_by_itself(viewer):
    search = SearchFactory(stage=Search.Stage.SOLVING, seen_at=timezone.now())

    response = viewer.get(progress_of(search))

    assert '<meta http-equiv="refresh"' in response.text
    stages = {stage.name: stage.state for stage in response.context["stages"]}
    assert stages == {
        "waiting for a worker": "done",
        "reading the applications": "done",
        "weighing every pair": "done",
        "finding the best matching": "now",
        "proving that none is better": "later",
        "finding the reasons": "later",
        "keeping the proposal": "later",
        "done": "later",
    }


def test_progress_says_when_no_worker_begins(viewer):
    search = SearchFactory(asked_at=timezone.now() - timedelta(minutes=1))

    assert "No worker has taken it up yet." in viewer.get(progress_of(search)).text


def test_progress_says_when_the_worker_has_fallen_silent(viewer):
    search = SearchFactory(
        stage=Search.Stage.SOLVING, seen_at=timezone.now() - timedelta(seconds=40)
    )

    assert "Its worker has said nothing" in viewer.get(progress_of(search)).text


def test_cancelling_ends_the_search_and_is_logged(organiser_client):
    search = SearchFactory()

    response = organiser_client.post(cancel_of(search), follow=True)

    search.refresh_from_db()
    assert search.cancelled_at is not None
    assert "This search was cancelled" in response.text
    assert "http-equiv" not in response.text
    assert LogEntry.objects.get().get_change_message() == (
        f"Cancelled a search ({search})."
    )
    assert "The last search was cancelled" in (
        organiser_client.get(day_of(search.round)).text
    )


def test_cancelling_too_late_is_said(organiser_client):
    search = SearchFactory(ended_at=timezone.now(), failure="Nobody is here.")

    response = organiser_client.post(cancel_of(search))

    assert words(response) == ["This search had ended already."]
    assert Search.objects.get().cancelled_at is None


def test_cancelling_is_for_who_may_find_and_by_post_only(viewer, organiser_client):
    search = SearchFactory()

    assert viewer.post(cancel_of(search)).status_code == 403
    assert organiser_client.get(cancel_of(search)).status_code == 405
    assert "Cancel the search" not in viewer.get(progress_of(search)).text


def test_only_a_proposal_of_the_round_is_found_again(organiser_client, round_):
    own, other = ProposalFactory(round=round_), ProposalFactory()

    for typed, again in [(own.pk, own), (other.pk, None), ("", None), ("x", None)]:
        organiser_client.post(day_of(round_, "find"), {"again": typed})

        assert Search.objects.first().again == again
        Search.objects.cancel()


def test_progress_leads_to_the_proposal_when_it_is_there(viewer):
    proposal = ProposalFactory()
    search = SearchFactory(proposal=proposal, ended_at=timezone.now())

    assert viewer.get(progress_of(search)).url == proposal.get_admin_url()


def test_failed_search_says_why_and_stops(viewer):
    search = SearchFactory(failure="Nobody is here.", ended_at=timezone.now())

    page = viewer.get(progress_of(search)).text
    assert "Nobody is here." in page
    assert "http-equiv" not in page
    assert "Nobody is here." in viewer.get(day_of(search.round)).text


def test_progress_is_not_for_other_staff(logged_in, client):
    search = SearchFactory()

    assert logged_in().get(progress_of(search)).status_code == 403
    assert client.get(progress_of(search)).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_searches_takes_the_same_queries(
    count, organiser_client, organiser, django_assert_num_queries
):
    SearchFactory.create_batch(count, asked_by=organiser)

    with django_assert_num_queries(6):
        organiser_client.get(reverse("admin:matching_search_changelist"))


def test_whole_search_ends_in_a_proposal(organiser_client, monkeypatch):
    round_ = RoundFactory(closed=True)
    for country in ("KE", "AU"):
        ApplicationFactory(round=round_, country=country)
    organiser_client.post(day_of(round_, "find"))

    tasks.find_best(Search.objects.get().pk)
    response = organiser_client.get(progress_of(Search.objects.get()), follow=True)

    assert response.context["figures"][0] == ("2", "of 2 matched")
    assert response.context["proposal"] == Proposal.objects.get()
