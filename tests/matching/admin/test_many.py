"""Lists of matching day take the same queries for ten pairs and for a thousand."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching.models import LogLine, Proposal, Seat
from rounds.models import Round
from tests.factories import ProposalFactory, RoundFactory
from tests.matching.admin.many import many_pairs


@pytest.fixture
def queries(organiser_client):
    """How many queries it takes to see a page."""

    def count(name, *args, query=""):
        url = reverse(f"admin:matching_{name}", args=args)
        with CaptureQueriesContext(connection) as found:
            response = organiser_client.get(f"{url}{query}")
        assert response.status_code == 200
        return len(found)

    return count


def published(count):
    """A round after its publication, in which every third person is silent."""
    round_ = RoundFactory(closed=True)
    proposal = ProposalFactory(round=round_)
    many_pairs(proposal, count)
    now = timezone.now()
    Proposal.objects.filter(pk=proposal.pk).update(published_at=now)
    Round.objects.filter(pk=round_.pk).update(published_at=now)
    proposal.seats.update(published_at=now)
    silent = [*proposal.seats.values_list("pk", flat=True)[::3]]
    Seat.objects.filter(pk__in=silent).update(
        check_in="silent", checked_in_at=now, silent_at=now
    )
    LogLine.objects.bulk_create(
        LogLine(round=round_, kind="round", words="Reviewed.") for _ in range(count)
    )
    return round_


@pytest.mark.parametrize(
    "name", ["after", "after_pairs", "after_waiting", "after_results", "log"]
)
def test_page_of_a_running_round_takes_the_same_queries_for_any_number(name, queries):
    few, many = published(10), published(1000)
    queries(name, few.pk)  # what is looked up once, and kept

    assert queries(name, few.pk) == queries(name, many.pk)


def test_comparing_takes_the_same_queries_for_any_number(queries):
    def compare(count):
        round_ = RoundFactory(closed=True)
        one, other = ProposalFactory.create_batch(2, round=round_)
        many_pairs(one, count)
        many_pairs(other, count)
        chosen = f"?first={one.pk}&second={other.pk}"
        queries("compare", round_.pk, query=chosen)
        return queries("compare", round_.pk, query=chosen)

    assert compare(10) == compare(1000)
