"""Pairs that organisers have looked at: who, when, and which comes next."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from matching import services
from matching.changing import steps
from matching.changing.steps import take
from matching.drafts import reviewing
from matching.models import Match
from matching.publishing import publication
from matching.tasks import find_best, start_search
from tests.factories import ApplicationFactory, ProposalFactory, RoundFactory
from tests.matching.admin.looking.test_proposals import at
from tests.matching.admin.many import many_pairs


@pytest.fixture
def reviewer(logged_in):
    return logged_in("view_proposal", "change_proposal")


@pytest.fixture
def three(proposal):
    """Three pairs, by hours awake together."""
    return many_pairs(proposal, 3)


BY_HOURS = "?sort=hours"


def test_marking_notes_who_and_when_and_opens_the_next(reviewer, proposal, three):
    response = reviewer.post(at("mark", proposal.pk, three[0].pk) + BY_HOURS)

    assert response.url == at("pair", proposal.pk, three[1].pk) + BY_HOURS + "#pair"
    three[0].refresh_from_db()
    assert three[0].reviewed_by_id == int(reviewer.session["_auth_user_id"])
    assert three[0].reviewed_at
    assert Match.objects.to_review().count() == 2


def test_pairs_that_somebody_has_seen_are_passed_over(
    reviewer, organiser, proposal, three
):
    reviewing.mark(three[2], organiser)

    response = reviewer.post(at("mark", proposal.pk, three[1].pk) + BY_HOURS)

    assert response.url == at("pair", proposal.pk, three[0].pk) + BY_HOURS + "#pair"


def test_next_is_one_of_those_that_were_asked_for(reviewer, proposal, three):
    query = "?reviewed=to-review&q=one+4&sort=hours"

    response = reviewer.post(at("mark", proposal.pk, three[2].pk) + query)

    assert response.url == at("change", proposal.pk)


def test_after_the_last_pair_comes_the_proposal(reviewer, proposal, match):
    response = reviewer.post(at("mark", proposal.pk, match.pk), follow=True)

    assert response.redirect_chain == [(at("change", proposal.pk), 302)]
    assert "All of these pairs are reviewed." in response.text
    assert "0 of 1 to review" in response.text


def test_who_looked_first_stays(organiser, proposal, match, logged_in):
    reviewing.mark(match, organiser)
    first = Match.objects.get()

    logged_in("view_proposal", "change_proposal").post(
        at("mark", proposal.pk, match.pk)
    )

    again = Match.objects.get()
    assert (again.reviewed_by, again.reviewed_at) == (organiser, first.reviewed_at)


def test_reviewed_pair_says_by_whom_and_may_be_looked_at_anew(
    reviewer, organiser, proposal, match
):
    reviewing.mark(match, organiser)
    page = reviewer.get(at("pair", proposal.pk, match.pk))
    response = reviewer.post(at("unmark", proposal.pk, match.pk))

    assert f"by {organiser}" in page.text
    assert "Not reviewed after all" in page.text
    assert response.url == at("pair", proposal.pk, match.pk) + "#pair"
    assert Match.objects.get().reviewed_by is None
    assert Match.objects.get().reviewed_at is None


@pytest.mark.parametrize("act", ["mark", "unmark"])
def test_who_may_only_look_marks_nothing(act, viewer, proposal, match):
    page = viewer.get(at("pair", proposal.pk, match.pk))

    assert "Mark as reviewed" not in page.text
    assert viewer.post(at(act, proposal.pk, match.pk)).status_code == 403
    assert Match.objects.to_review().exists()


@pytest.mark.parametrize("act", ["mark", "unmark"])
def test_looking_at_the_address_marks_nothing(act, reviewer, proposal, match):
    assert reviewer.get(at(act, proposal.pk, match.pk)).status_code == 405


@pytest.mark.parametrize("act", ["mark", "unmark"])
def test_pair_that_is_gone_sends_back_with_a_word(act, reviewer, proposal, match):
    other = ProposalFactory()

    response = reviewer.post(at(act, other.pk, match.pk))

    assert response.url == at("change", other.pk)
    [words] = get_messages(response.wsgi_request)
    assert str(words).startswith("Somebody has changed this pair meanwhile")
    assert Match.objects.to_review().exists()


def test_published_pairs_stay_as_they_are(reviewer, organiser, proposal, match):
    publication.publish(proposal, organiser)

    page = reviewer.get(at("pair", proposal.pk, match.pk))
    reviewer.post(at("mark", proposal.pk, match.pk))

    assert "Mark as reviewed" not in page.text
    assert Match.objects.to_review().exists()


def test_pairs_that_stay_when_a_draft_is_changed_stay_reviewed(organiser):
    round_ = RoundFactory(closed=True)
    for country in ["KE", "AU", "PE", "DK", "JP", "CA"]:
        ApplicationFactory(round=round_, country=country)
    draft = services.propose(round_)
    for match in draft.matches.all():
        reviewing.mark(match, organiser)

    one, other, staying = draft.matches.all()
    swapped = [pair.seats.first().application_id for pair in (one, other)]
    steps.take(draft, 0, "swap", swapped, reason="They asked.", by=organiser)

    assert draft.matches.exclude(reviewed_at=None).get() == staying
    assert draft.matches.to_review().count() == 2


def test_review_begins_with_the_first_that_nobody_has_seen(
    reviewer, organiser, proposal, three
):
    reviewing.mark(three[0], organiser)

    page = reviewer.get(at("change", proposal.pk) + BY_HOURS)

    assert page.context["first_to_review"] == three[1].pk
    assert "Review the next pair" in page.text


# --- The next search --------------------------------------------------------------


@pytest.fixture
def searched(organiser):
    """Searches again, as an organiser who presses the button."""

    def search(round_):
        asked, _ = start_search(round_, organiser)
        find_best(asked.pk)
        return round_.proposals.first()

    return search


@pytest.fixture
def two_pairs(db):
    round_ = RoundFactory(closed=True)
    for name, country, wish in [
        ("Amina", "KE", "AU"),
        ("Jo", "AU", "KE"),
        ("Soren", "DK", "JP"),
        ("Mei", "JP", "DK"),
    ]:
        ApplicationFactory(
            round=round_,
            user__name=name,
            country=country,
            wishes=[("country", "important", wish)],
        )
    return round_


def test_reviewed_pair_stays_reviewed_after_the_next_search(
    searched, two_pairs, organiser, organiser_client
):
    draft = searched(two_pairs)
    seen = draft.matches.get(seats__application__name="Amina")
    reviewing.mark(seen, organiser)

    again = searched(two_pairs)

    assert again != draft
    [kept] = again.matches.exclude(reviewed_at=None)
    assert kept.seats.filter(application__name="Amina").exists()
    assert kept.reviewed_by == organiser
    page = organiser_client.get(
        reverse("admin:matching_proposal_pair", args=[again.pk, kept.pk])
    ).text
    assert "in the draft before: nothing about this pair has changed" in page


def test_pair_of_somebody_with_new_answers_is_to_be_reviewed_anew(
    searched, two_pairs, organiser
):
    draft = searched(two_pairs)
    for match in draft.matches.all():
        reviewing.mark(match, organiser)
    two_pairs.applications.get(name="Mei").wishes.update(strength="nice")

    again = searched(two_pairs)

    [anew] = again.matches.to_review()
    assert anew.seats.filter(application__name="Mei").exists()


def test_page_says_where_steps_before_the_new_search_are_kept(
    searched, two_pairs, organiser, organiser_client
):
    draft = searched(two_pairs)
    people = [*two_pairs.applications.filter(name__in=["Amina", "Jo"])]
    keys = [one.pk for one in people]
    take(draft, 0, "together", keys, reason="So.", by=organiser)

    again = searched(two_pairs)

    match = again.matches.first()
    page = organiser_client.get(
        reverse("admin:matching_proposal_pair", args=[again.pk, match.pk])
    ).text
    assert f'kept in <a href="{draft.get_admin_url()}">' in page
