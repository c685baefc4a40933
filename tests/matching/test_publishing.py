from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from iln.mail.models import Message
from matching import publishing
from matching.models import Match, PastPair, Proposal, Seat
from participants.models import Application, SpokenLanguage
from rounds.models import Round
from tests.factories import (
    ApplicationFactory,
    MatchFactory,
    OrganiserFactory,
    PinFactory,
    ProposalFactory,
    RoundFactory,
    VetoFactory,
    WishFactory,
    considered,
)
from tests.together import at_once

INTRODUCTIONS = Message.objects.filter(kind="introduction").order_by("pk")


def change(application, **facts):
    Application.objects.filter(pk=application.pk).update(**facts)


def refused(proposal, organiser):
    """The words with which publishing is refused; nothing must have happened then."""
    with pytest.raises(publishing.CannotPublish) as refusal:
        publishing.publish(proposal, organiser)
    assert not Message.objects.exists()
    assert not Proposal.objects.published().exists()
    return str(refusal.value)


def test_publish_makes_it_official(proposal, match, organiser, amina, jo):
    before = timezone.now()

    publishing.publish(proposal, organiser)

    moments = {
        Round.objects.get(pk=proposal.round_id).published_at,
        Proposal.objects.get(pk=proposal.pk).published_at,
        *Seat.objects.values_list("published_at", flat=True),
        *Application.objects.values_list("introduced_at", flat=True),
    }
    assert len(moments) == 1
    assert before <= moments.pop() <= timezone.now()


def test_publish_queues_an_introduction_and_a_guide_for_each(
    proposal, match, organiser, amina, jo
):
    publishing.publish(proposal, organiser)

    keys = Message.objects.order_by("due_at", "pk").values_list("key", flat=True)
    assert sorted(keys[:2]) == [
        f"introduction, match {match.pk}, person {person.user_id}"
        for person in (amina, jo)
    ]
    assert sorted(keys[2:]) == [
        f"guide, match {match.pk}, person {person.user_id}" for person in (amina, jo)
    ]


def test_publish_remembers_partners_by_fingerprint(
    proposal, match, organiser, amina, jo
):
    publishing.publish(proposal, organiser)

    pair = tuple(sorted([amina.user.fingerprint, jo.user.fingerprint]))
    assert list(PastPair.objects.values_list("first", "second")) == [pair]


def test_group_of_three_is_remembered_as_three_pairs(proposal, person, organiser):
    three = [person("Pilar", "PE"), person("Soren", "DK"), person("Mei", "JP")]
    MatchFactory(proposal=proposal, applications=three)

    publishing.publish(proposal, organiser)

    assert PastPair.objects.count() == 3


def test_publish_is_kind_to_who_is_left_over(proposal, match, person, organiser):
    pilar = person("Pilar", "PE")
    proposal.unmatched.add(pilar)
    considered(proposal, pilar)

    publishing.publish(proposal, organiser)

    message = Message.objects.get(kind="left over")
    assert message.address == "pilar@example.org"
    assert message.due_at == proposal.round.introduces_at
    pilar.refresh_from_db()
    assert pilar.introduced_at is None


def test_introductions_wait_for_their_date_and_guides_a_day_longer(
    proposal, match, organiser
):
    publishing.publish(proposal, organiser)

    start = proposal.round.introduces_at
    assert set(INTRODUCTIONS.values_list("due_at", flat=True)) == {start}
    guides = Message.objects.filter(kind="guide").values_list("due_at", flat=True)
    assert set(guides) == {start + timedelta(days=1)}


def test_introductions_may_leave_before_their_date(proposal, match, organiser):
    publishing.publish(proposal, organiser, at_once=True)

    round_ = Round.objects.get(pk=proposal.round_id)
    dates = {round_.confirm_by, round_.matching_at, round_.introduces_at}
    assert dates == {round_.published_at}
    assert [mail.due_at <= timezone.now() for mail in INTRODUCTIONS.all()] == [True] * 2


def test_late_introductions_leave_at_once(organiser):
    now = timezone.now()
    past = [now - timedelta(days=days) for days in (5, 4, 3, 2, 1)]
    dates = dict(
        zip(
            ["opens_at", "closes_at", "confirm_by", "matching_at", "introduces_at"],
            past,
            strict=True,
        )
    )
    proposal = ProposalFactory(round=RoundFactory(**dates))
    people = [
        ApplicationFactory(round=proposal.round, country=code) for code in ("KE", "AU")
    ]
    MatchFactory(proposal=proposal, applications=people)

    publishing.publish(proposal, organiser)

    assert (
        INTRODUCTIONS.filter(due_at__gte=now, due_at__lte=timezone.now()).count() == 2
    )


def test_introductions_spread_over_the_days_and_partners_stay_together(
    proposal, person, organiser
):
    Round.objects.update(introduction_days=2)
    for pair in (["Aa", "Ab"], ["Ba", "Bb"], ["Ca", "Cb"]):
        people = [person(pair[0], "KE"), person(pair[1], "AU")]
        MatchFactory(proposal=proposal, applications=people)

    publishing.publish(proposal, organiser)

    start = proposal.round.introduces_at
    days = [
        (due - start).days for due in INTRODUCTIONS.values_list("due_at", flat=True)
    ]
    assert days == [0, 0, 0, 0, 1, 1]


@pytest.mark.parametrize("count", [1, 3])
def test_publish_takes_as_many_queries_for_three_matches_as_for_one(
    count, proposal, person, organiser, django_assert_num_queries
):
    for nth in range(count):
        people = [person(f"A{nth}", "KE"), person(f"B{nth}", "AU")]
        MatchFactory(proposal=proposal, applications=people)

    with django_assert_num_queries(30):
        publishing.publish(proposal, organiser)


def test_second_publication_is_refused(proposal, match, organiser):
    publishing.publish(proposal, organiser)

    with pytest.raises(publishing.AlreadyPublished) as refusal:
        publishing.publish(proposal, organiser)

    assert str(refusal.value) == f"{proposal.round} has been published already."
    assert INTRODUCTIONS.count() == 2


def test_another_draft_of_a_published_round_is_refused(proposal, match, organiser):
    other = ProposalFactory(round=proposal.round)
    publishing.publish(proposal, organiser)

    with pytest.raises(publishing.AlreadyPublished):
        publishing.publish(other, organiser)


def test_publish_waits_for_the_end_of_sign_up(proposal, match, organiser):
    Round.objects.update(closes_at=timezone.now() + timedelta(hours=1))

    assert refused(proposal, organiser) == (
        f"Sign-up for {proposal.round} is still open. Close it, then find the best matching."
    )


def test_publish_refuses_an_empty_proposal(proposal, organiser):
    assert refused(proposal, organiser).startswith("Nobody has a partner")


def test_publish_refuses_who_withdrew(proposal, match, organiser, amina):
    change(amina, withdrawn_at=timezone.now())

    assert refused(proposal, organiser) == (
        "Amina withdrew, or must confirm again, since this matching was found. "
        "Find the best matching again."
    )


def test_publish_refuses_who_lost_their_confirmation(proposal, match, organiser, jo):
    change(jo, confirmed_at=None)

    assert refused(proposal, organiser).startswith("Jo withdrew, or must confirm")


def test_publish_refuses_to_forget_who_confirmed_since(
    proposal, match, person, organiser
):
    for nth in range(5):
        person(f"Pilar {nth}", "PE")

    assert refused(proposal, organiser).startswith(
        "Pilar 0, Pilar 1, Pilar 2 and 2 other people confirmed since"
    )


def moves(jo):
    change(jo, country="KE", time_zone="Africa/Nairobi")


def forgets_english(jo):
    jo.languages.update(comfort=SpokenLanguage.Comfort.SOME)


def insists(jo):
    WishFactory(application=jo, aspect="country", strength="must", values=["CA"])


@pytest.mark.parametrize("changes", [moves, forgets_english, insists])
def test_publish_refuses_answers_that_changed_since(
    changes, proposal, match, organiser, jo
):
    changes(jo)

    assert refused(proposal, organiser) == (
        "What counts for Jo has changed since this matching was found. "
        "Find the best matching again."
    )


def test_publish_takes_no_offence_at_a_better_text(proposal, match, organiser, jo):
    change(jo, about="I drive the mobile library, and the bookmobile too.")

    publishing.publish(proposal, organiser)

    assert INTRODUCTIONS.filter(text__contains="the bookmobile too").count() == 1


def test_publish_refuses_a_pair_that_was_vetoed_since(
    proposal, match, organiser, amina, jo
):
    VetoFactory(first=amina.user, second=jo.user)

    assert refused(proposal, organiser).startswith("Amina and Jo are to be kept apart")


def test_publish_refuses_partners_of_another_round(
    proposal, match, organiser, amina, jo
):
    first, second = sorted([amina.user.fingerprint, jo.user.fingerprint])
    PastPair.objects.create(first=first, second=second)

    assert refused(proposal, organiser).startswith("Amina and Jo are to be kept apart")


def test_publish_refuses_to_part_who_was_pinned_since(
    proposal, match, organiser, amina, person
):
    pilar, soren = person("Pilar", "PE"), person("Soren", "DK")
    MatchFactory(proposal=proposal, applications=[pilar, soren])
    PinFactory(round=proposal.round, first=amina, second=pilar)

    assert refused(proposal, organiser).startswith("Amina and Pilar are to stay")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(10))
def test_two_organisers_publishing_at_once_introduce_everybody_once(attempt):
    organiser = OrganiserFactory()
    proposal = ProposalFactory()
    for countries in (["KE", "AU"], ["PE", "DK"]):
        MatchFactory(
            proposal=proposal,
            applications=[
                ApplicationFactory(round=proposal.round, country=country)
                for country in countries
            ],
        )

    def press():
        publishing.publish(Proposal.objects.get(pk=proposal.pk), organiser)
        return "published"

    outcomes = at_once(press)

    assert sorted(outcomes, key=str) == [publishing.AlreadyPublished, "published"]
    assert INTRODUCTIONS.count() == Message.objects.filter(kind="guide").count() == 4
    assert Match.objects.count() == 2
