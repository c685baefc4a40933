"""What the last round brought, and who is first in the next for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from matching.models import Seat
from matching.past import PastRounds
from matching.problems import candidates, problem
from participants import luck, services
from participants.luck import Luck
from tests.factories import (
    ApplicationFactory,
    MatchFactory,
    ProposalFactory,
    RoundFactory,
)

pytestmark = pytest.mark.django_db

SILENT = {"check_in": Seat.CheckIn.SILENT, "checked_in_at": timezone.now()}


@pytest.fixture
def last(db):
    """A round of last year, published."""
    moment = timezone.now() - timedelta(days=400)
    return RoundFactory(
        opens_at=moment,
        closes_at=moment + timedelta(days=30),
        confirm_by=moment + timedelta(days=37),
        matching_at=moment + timedelta(days=44),
        introduces_at=moment + timedelta(days=47),
        ends_at=moment + timedelta(days=200),
        published_at=moment + timedelta(days=44),
    )


def matched(last, *seats):
    """A published match of last year; of each seat, what is to be noted there."""
    proposal = ProposalFactory(round=last, published_at=last.published_at)
    people = [ApplicationFactory(round=last) for _ in seats]
    match = MatchFactory(proposal=proposal, applications=people)
    for seat, facts in zip(match.seats.order_by("position"), seats, strict=True):
        Seat.objects.filter(pk=seat.pk).update(published_at=last.published_at, **facts)
    return [person.user_id for person in people]


def reasons(round_, users):
    return PastRounds(round_, users).bad_luck


def test_partner_who_stayed_silent_is_bad_luck_and_silence_is_not(round_, last):
    waits, silent = matched(last, {"wishes": 2, "wishes_met": 2}, SILENT)

    assert reasons(round_, [waits, silent]) == {waits: Luck.SILENT_PARTNER}


def test_two_who_are_silent_have_not_waited_for_each_other(round_, last):
    users = matched(last, SILENT, SILENT)

    assert reasons(round_, users) == {}


def test_in_a_group_of_three_one_partner_who_answers_is_enough(round_, last):
    users = matched(last, {}, {}, SILENT)

    assert reasons(round_, users) == {}


def test_second_partner_who_answers_makes_it_good(round_, last):
    waits, silent = matched(last, {"left_at": timezone.now()}, SILENT)
    again = ApplicationFactory(round=last)
    proposal = ProposalFactory(
        round=last, published_at=last.published_at, is_repair=True
    )
    mine = last.applications.get(user=waits)
    match = MatchFactory(proposal=proposal, applications=[mine, again])
    match.seats.update(published_at=last.published_at)

    assert reasons(round_, [waits, silent, again.user_id]) == {}


def test_no_wish_met_and_no_partner_are_told_apart(round_, last):
    unheard, content = matched(last, {"wishes": 2}, {"wishes": 1, "wishes_met": 1})
    over, waited = (ApplicationFactory(round=last) for _ in range(2))
    proposal = ProposalFactory(
        round=last,
        published_at=last.published_at,
        left_over={str(over.pk): {}, str(waited.pk): {"country_cap": 20}},
    )
    proposal.unmatched.set([over, waited])

    users = [unheard, content, over.user_id, waited.user_id]
    assert reasons(round_, users) == {
        unheard: Luck.NO_WISH_MET,
        over.user_id: Luck.LEFT_OVER,
        waited.user_id: Luck.WAITED,
    }


def test_who_did_not_answer_still_in_was_not_unlucky(round_, last):
    gone = ApplicationFactory(round=last, asked_still_in_at=last.closes_at)

    assert reasons(round_, [gone.user_id]) == {}


def test_kept_place_counts_for_the_engine_like_bad_luck(round_, last):
    kept = ApplicationFactory(
        round=last,
        asked_still_in_at=last.closes_at,
        sat_out_at=last.closes_at,
        next_round_at=last.closes_at,
    )
    mine = ApplicationFactory(round=round_, user=kept.user)
    ApplicationFactory(round=round_)

    people = candidates(round_)

    first = [people[one.id] for one in problem(round_, people).people if one.unlucky]
    assert first == [mine]


def test_sign_up_hears_of_it_too(round_, last):
    waits, silent = matched(last, {}, SILENT)

    assert luck.first(round_, [waits, silent]) == {waits: Luck.SILENT_PARTNER}


def test_who_must_wait_at_sign_up_is_who_waits_on_matching_day(round_, last):
    round_.country_cap = 50
    round_.save()
    unlucky, _ = matched(last, {}, SILENT)
    people = [ApplicationFactory(round=round_) for _ in range(3)]
    people += [ApplicationFactory(round=round_, user_id=unlucky)]
    people += [ApplicationFactory(round=round_, country=code) for code in ("PE", "DK")]

    waiting = {one.pk for one in people if services.place(one)}

    assert len(waiting) == 1
    matched_now = {one.pk for one in candidates(round_)}
    assert matched_now == {one.pk for one in people} - waiting
    assert people[3].pk in matched_now


@pytest.mark.parametrize("pairs", [1, 4])
def test_past_takes_as_many_queries_for_any_number(
    round_, last, django_assert_num_queries, pairs
):
    users = [user for _ in range(pairs) for user in matched(last, {}, SILENT)]

    # applications, seats, matches, their seats, applications of these, places kept
    with django_assert_num_queries(6):
        assert len(PastRounds(round_, users).first) == pairs
