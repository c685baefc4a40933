from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from matching import services, tasks
from matching.models import Proposal, Search
from rounds.models import Round
from tests.factories import ApplicationFactory, MatchFactory, ProposalFactory

COUNTRIES = ["KE", "NO", "PE", "AU", "NP", "JP"]


@pytest.fixture
def draft(round_):
    """What a search with seed 7 has found."""
    for country in COUNTRIES:
        ApplicationFactory(round=round_, country=country)
    return services.propose(round_, seed=7)


@pytest.fixture
def run_again(organiser_client, monkeypatch):
    """Press the button on a draft's page, and let a worker do its work."""

    def press(proposal):
        page = organiser_client.get(proposal.get_admin_url()).text
        form = re.search(
            r'<form method="post" action="([^"]+find/)">.*?</form>', page, re.S
        )
        again = re.search(r'name="again" value="(\d+)"', form[0])[1]
        monkeypatch.setattr(tasks.find_best, "delay", lambda pk: None)
        organiser_client.post(form[1], {"again": again})
        tasks.find_best(Search.objects.get().pk)
        return Proposal.objects.exclude(pk=proposal.pk).get()

    return press


def pairs(proposal):
    matches = proposal.matches.prefetch_related("seats")
    return {frozenset(s.application_id for s in m.seats.all()) for m in matches}


def test_run_again_gives_the_same_hash_and_the_same_pairs(
    draft, run_again, organiser_client
):
    again = run_again(draft)

    draft.refresh_from_db()
    assert again.made_with == draft.made_with
    assert pairs(again) == pairs(draft)
    page = organiser_client.get(again.get_admin_url()).text
    assert f"<code>{draft.made_with['input']}</code>, the same as of" in page
    assert f">{draft}</a>" in page


def test_run_again_asks_also_which_pairs_were_to_be_kept(draft, run_again):
    kept = services.propose(draft.round, seed=3, earlier=draft)
    draft.delete()

    again = run_again(kept)

    kept.refresh_from_db()
    assert again.made_with == kept.made_with
    assert pairs(again) == pairs(kept)


def test_run_again_of_something_else_has_another_hash(draft, run_again):
    draft.round.applications.first().wishes.create(aspect="role", values=["librarian"])

    assert run_again(draft).made_with["input"] != draft.made_with["input"]


def test_run_again_is_not_offered_for_what_is_published(draft, organiser_client):
    Round.objects.update(published_at=timezone.now())

    assert "Run it again" not in organiser_client.get(draft.get_admin_url()).text


def test_run_again_is_for_who_may_find(draft, viewer):
    page = viewer.get(draft.get_admin_url()).text

    assert draft.made_with["input"] in page
    assert "Run it again" not in page


def test_proposal_that_no_search_has_made_has_no_small_print(organiser_client, round_):
    proposal = ProposalFactory(round=round_)
    MatchFactory(
        proposal=proposal,
        applications=[
            ApplicationFactory(round=round_, country=c) for c in ("KE", "PE")
        ],
    )

    page = organiser_client.get(proposal.get_admin_url())

    assert "small-print" not in page.text
    assert "Run it again" not in page.text


def test_find_says_when_another_search_was_quicker(organiser_client, round_):
    Search.objects.create(round=round_)
    find = reverse("admin:matching_matching_day_find", args=[round_.pk])

    again = ProposalFactory(round=round_)

    response = organiser_client.post(find, {"again": again.pk}, follow=True)

    assert "Another search was under way already" in response.text
