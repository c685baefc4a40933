from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from iln.mail.models import Message
from matching.models import Proposal
from matching.publishing import publication
from tests.factories import ApplicationFactory, ProposalFactory, RoundFactory


def at(name, *args):
    return reverse(f"admin:matching_proposal_{name}", args=args)


def words(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def pages(proposal, match):
    seat = match.seats.first()
    return [
        at("changelist"),
        at("change", proposal.pk),
        at("pair", proposal.pk, match.pk),
        at("mail", proposal.pk, seat.pk),
    ]


@pytest.fixture
def publisher(logged_in):
    return logged_in("view_proposal", "publish_proposal")


def test_proposals_are_not_for_strangers(pages, client, proposal):
    for page in [*pages, at("publish", proposal.pk)]:
        assert client.get(page).url.startswith(reverse("admin:login"))


def test_proposals_are_not_for_participants(pages, logged_in, proposal):
    participant = logged_in("view_proposal", "publish_proposal", is_staff=False)

    for page in [*pages, at("publish", proposal.pk)]:
        assert participant.get(page).url.startswith(reverse("admin:login"))


def test_proposals_are_not_for_other_staff(pages, logged_in, proposal):
    other = logged_in("publish_proposal")

    for page in [*pages, at("publish", proposal.pk)]:
        assert other.get(page).status_code == 403


def test_who_may_look_may_not_publish(pages, viewer, proposal):
    for page in pages:
        assert viewer.get(page).status_code == 200

    assert viewer.get(at("publish", proposal.pk)).status_code == 403
    assert viewer.post(at("publish", proposal.pk)).status_code == 403
    assert not viewer.get(at("change", proposal.pk)).context["may_publish"]
    assert not Message.objects.exists()


def test_proposal_shows_how_good_it_is(viewer, match):
    Proposal.objects.update(
        figures={
            "applicants": 860,
            "matched": 859,
            "none_met": 3,
            "unmatched": 1,
            "groups_of_three": 1,
            "countries": 84,
            "links": 391,
            "wishes": 100,
            "wishes_met": 81,
        }
    )

    response = viewer.get(at("change", match.proposal_id))

    assert response.context["figures"] == [
        ("859", "of 860 matched"),
        ("81 %", "of wishes met"),
        ("3", "with no wish met"),
        ("1", "left over"),
        ("1", "group of three"),
        ("84", "countries, 391 links"),
    ]


def test_pair_shows_both_sides_and_why_a_wish_is_unmet(viewer, match):
    page = viewer.get(at("pair", match.proposal_id, match.pk)).text

    for fact in [
        "Amina",
        "I run the story hour in Nairobi.",
        "English (fluent)",
        "I drive the mobile library.",
        "✓ met",
        "– not met",
        "31 people asked for this, 9 offer it, 4 of them may be paired with this person.",
        "8 h 30 min a day",
        "in Nairobi = ",
    ]:
        assert fact in page


def test_pair_says_who_comes_first_and_why(viewer, match):
    amina = match.seats.get(position=1).application
    before = timezone.now() - timedelta(days=300)
    earlier = RoundFactory(
        opens_at=before - timedelta(days=100), published_at=before, name="Spring"
    )
    ApplicationFactory(round=earlier, user=amina.user)

    page = viewer.get(at("pair", match.proposal_id, match.pk)).text

    assert page.count("comes first</span> Had no partner last time.") == 1


def test_pair_of_another_proposal_is_not_found(viewer, match):
    other = ProposalFactory()

    assert viewer.get(at("pair", other.pk, match.pk)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_proposals_takes_the_same_queries(
    count, viewer, organiser, django_assert_num_queries
):
    ProposalFactory.create_batch(count, made_by=organiser)

    with django_assert_num_queries(8):
        viewer.get(at("changelist"))


def test_draft_may_be_deleted_and_published_may_not(
    organiser_client, organiser, proposal, match
):
    draft = ProposalFactory(round=proposal.round)
    publication.publish(proposal, organiser)

    organiser_client.post(at("delete", draft.pk), {"post": "yes"})
    refusal = organiser_client.post(at("delete", proposal.pk), {"post": "yes"})
    organiser_client.post(
        at("changelist"),
        {"action": "delete_selected", "_selected_action": [proposal.pk], "post": "yes"},
    )

    assert refusal.status_code == 403
    assert Proposal.objects.get() == proposal


def test_published_proposal_offers_no_more_acts(publisher, proposal, match, organiser):
    publication.publish(proposal, organiser)

    response = publisher.get(at("change", proposal.pk))

    assert at("publish", proposal.pk) not in response.text
    assert at("delete", proposal.pk) not in response.text
    assert at("sending", proposal.pk) in response.text


def test_nothing_is_added_or_edited_by_hand(organiser_client, proposal):
    assert organiser_client.get(at("add")).status_code == 403
    organiser_client.post(at("change", proposal.pk), {"seed": 7})

    assert Proposal.objects.get().seed == 0


def test_proposal_that_is_gone_is_not_found(viewer):
    assert viewer.get(at("change", 404)).status_code == 404
