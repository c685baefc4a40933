from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from iln.mail.models import Message
from iln.mail.tasks import deliver_due
from matching.models import PastPair, Proposal, Seat
from matching.publishing import prechecks, publication, sending
from participants import services
from participants.models import Application, SpokenLanguage
from rounds.models import Round
from tests.factories import (
    ApplicationFactory,
    MatchFactory,
    MessageFactory,
    OrganiserFactory,
    PinFactory,
    ProposalFactory,
    RoundFactory,
    VetoFactory,
    WishFactory,
    considered,
)
from tests.together import RACES, after, at_once, together

INTRODUCTIONS = Message.objects.filter(kind="introduction").order_by("pk")


def change(application, **facts):
    Application.objects.filter(pk=application.pk).update(**facts)


def refused(proposal, organiser):
    """The words with which publishing is refused; nothing must have happened then."""
    with pytest.raises(prechecks.CannotPublish) as refusal:
        publication.publish(proposal, organiser)
    assert not Message.objects.exists()
    assert not Proposal.objects.published().exists()
    return str(refusal.value)


def test_publish_makes_it_official(proposal, match, organiser, amina, jo):
    before = timezone.now()

    publication.publish(proposal, organiser)

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
    publication.publish(proposal, organiser)

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
    publication.publish(proposal, organiser)

    pair = tuple(sorted([amina.user.fingerprint, jo.user.fingerprint]))
    assert list(PastPair.objects.values_list("first", "second")) == [pair]


def test_publish_waits_for_who_may_still_say_that_they_are_in(
    proposal, match, organiser
):
    asked_at = timezone.now() - timedelta(days=1)
    ApplicationFactory(round=proposal.round, asked_still_in_at=asked_at)

    words = refused(proposal, organiser)

    assert words.startswith("1 person can still answer “Still in?”. Wait until ")
    Round.objects.update(confirm_by=timezone.now())
    publication.publish(proposal, organiser)
    assert Proposal.objects.published().count() == 1


def test_group_of_three_is_remembered_as_three_pairs(proposal, person, organiser):
    three = [person("Pilar", "PE"), person("Soren", "DK"), person("Mei", "JP")]
    MatchFactory(proposal=proposal, applications=three)

    publication.publish(proposal, organiser)

    assert PastPair.objects.count() == 3


def test_publish_is_kind_to_who_is_left_over(proposal, match, person, organiser):
    pilar = person("Pilar", "PE")
    proposal.unmatched.add(pilar)
    considered(proposal, pilar)

    publication.publish(proposal, organiser)

    message = Message.objects.get(kind="left over")
    assert message.address == "pilar@example.org"
    assert message.due_at == proposal.round.introduces_at
    pilar.refresh_from_db()
    assert pilar.introduced_at is None


def test_introductions_wait_for_their_date_and_guides_a_day_longer(
    proposal, match, organiser
):
    publication.publish(proposal, organiser)

    start = proposal.round.introduces_at
    assert set(INTRODUCTIONS.values_list("due_at", flat=True)) == {start}
    guides = Message.objects.filter(kind="guide").values_list("due_at", flat=True)
    assert set(guides) == {start + timedelta(days=1)}


def test_introductions_may_leave_before_their_date(proposal, match, organiser):
    publication.publish(proposal, organiser, at_once=True)

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

    publication.publish(proposal, organiser)

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

    publication.publish(proposal, organiser)

    start = proposal.round.introduces_at
    days = [
        (due - start).days for due in INTRODUCTIONS.values_list("due_at", flat=True)
    ]
    assert days == [0, 0, 0, 0, 1, 1]


def test_introductions_leave_at_the_same_time_of_day_when_clocks_change(round_):
    oslo = ZoneInfo("Europe/Oslo")
    start = datetime(2030, 10, 26, 9, tzinfo=oslo)
    round_.introduces_at, round_.introduction_days = start.astimezone(UTC), 3
    round_.time_zone = "Europe/Oslo"

    dates = publication.due_dates(round_, 3)

    assert [date.astimezone(oslo).hour for date in dates] == [9, 9, 9]
    assert [date.astimezone(UTC).hour for date in dates] == [7, 8, 8]


def test_publish_may_take_more_days_than_planned(proposal, match, person, organiser):
    people = [person("Pilar", "PE"), person("Soren", "DK")]
    MatchFactory(proposal=proposal, applications=people)

    publication.publish(proposal, organiser, days=2)

    start = proposal.round.introduces_at
    dates = set(INTRODUCTIONS.values_list("due_at", flat=True))
    assert dates == {start, start + timedelta(days=1)}
    assert Round.objects.get(pk=proposal.round_id).introduction_days == 2


@pytest.mark.parametrize("count", [1, 3])
def test_publish_takes_as_many_queries_for_three_matches_as_for_one(
    count, proposal, person, organiser, django_assert_num_queries
):
    for nth in range(count):
        people = [person(f"A{nth}", "KE"), person(f"B{nth}", "AU")]
        MatchFactory(proposal=proposal, applications=people)

    with django_assert_num_queries(40):
        publication.publish(proposal, organiser)


def test_second_publication_is_refused(proposal, match, organiser):
    publication.publish(proposal, organiser)

    with pytest.raises(prechecks.AlreadyPublished) as refusal:
        publication.publish(proposal, organiser)

    assert str(refusal.value) == f"{proposal.round} has been published already."
    assert INTRODUCTIONS.count() == 2


def test_another_draft_of_a_published_round_is_refused(proposal, match, organiser):
    other = ProposalFactory(round=proposal.round)
    publication.publish(proposal, organiser)

    with pytest.raises(prechecks.AlreadyPublished):
        publication.publish(other, organiser)


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

    publication.publish(proposal, organiser)

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


def test_publish_refuses_to_forget_anybody(proposal, match, person, organiser):
    considered(proposal, person("Pilar", "PE"))

    assert refused(proposal, organiser).startswith("Pilar would hear nothing")


def test_publish_refuses_a_match_of_one(proposal, match, person, organiser, jo):
    people = [person("Pilar", "PE"), person("Soren", "DK")]
    MatchFactory(proposal=proposal, applications=people)
    Seat.objects.filter(application=jo).delete()

    assert refused(proposal, organiser) == (
        "Amina and Jo would hear nothing: no partner, and not among those left over. "
        "Find the best matching again."
    )


def test_publish_refuses_who_was_erased_since(proposal, match, organiser, jo):
    Seat.objects.filter(application=jo).delete()
    jo.delete()

    assert refused(proposal, organiser).startswith("1 person withdrew, or must")


def test_publish_refuses_pairs_that_changed_while_mails_were_worded(
    proposal, match, organiser, amina, person, monkeypatch
):
    pilar = person("Pilar", "PE")
    proposal.unmatched.add(pilar)
    considered(proposal, pilar)
    check = publication.check_round

    def swap(round_):
        check(round_)
        monkeypatch.setattr(publication, "check", lambda *of: leave())

    def leave():
        Seat.objects.filter(application=amina).update(application=pilar)

    monkeypatch.setattr(publication, "check_round", swap)

    assert refused(proposal, organiser).startswith("Somebody has just changed a pair")


def test_checks_name_what_is_promised_and_what_would_help(proposal, match, amina):
    change(amina, withdrawn_at=timezone.now())
    Round.objects.update(closes_at=timezone.now() + timedelta(hours=1))
    MessageFactory(due_at=timezone.now() - timedelta(hours=1))
    proposal.round.refresh_from_db()

    checks = prechecks.checks(proposal.round, proposal)

    assert [(check.promise.split()[0], check.refuses) for check in checks] == [
        ("Sign-up", True),
        ("Nobody", False),
        ("Nobody", True),
        ("Everybody", False),
        ("Nobody’s", False),
        ("What", False),
        ("Mail", False),
    ]
    assert checks[0].remedy.startswith("Close it")
    assert checks[6].trouble.startswith("Mails have been due for a while")


def everything(proposal):
    """All that publishing changes."""
    return [
        Round.objects.values().get(pk=proposal.round_id),
        Proposal.objects.values().get(pk=proposal.pk),
        list(Seat.objects.order_by("pk").values()),
        list(Application.objects.order_by("pk").values()),
        list(PastPair.objects.values("first", "second")),
        list(Message.objects.values("key")),
    ]


def test_stop_leaves_everything_as_it_was(proposal, match, organiser, person):
    pilar = person("Pilar", "PE")
    proposal.unmatched.add(pilar)
    considered(proposal, pilar)
    PastPair.objects.create(first="a", second="b")
    before = everything(proposal)

    publication.publish(proposal, organiser, at_once=True, days=3)
    published = everything(proposal)
    publication.stop(proposal, organiser)

    assert everything(proposal) == before != published


def test_stopped_proposal_may_be_published_again(
    proposal, match, organiser, mailoutbox
):
    publication.publish(proposal, organiser)
    publication.stop(proposal, organiser)

    publication.publish(proposal, organiser, at_once=True)
    deliver_due()

    assert len(mailoutbox) == 2


def test_stop_forgets_only_its_own_partners(proposal, match, organiser, amina):
    PastPair.objects.create(first=amina.user.fingerprint, second="z")
    publication.publish(proposal, organiser)

    publication.stop(proposal, organiser)

    assert PastPair.objects.get().second == "z"


@pytest.mark.parametrize("moment", ["sending_at", "sent_at"])
def test_stop_is_refused_once_the_first_mail_leaves(
    moment, proposal, match, organiser, person
):
    pilar = person("Pilar", "PE")
    proposal.unmatched.add(pilar)
    considered(proposal, pilar)
    publication.publish(proposal, organiser)
    now = timezone.now()
    moments = {"sending_at": now} | {moment: now}
    Message.objects.filter(kind="left over").update(**moments)

    with pytest.raises(publication.CannotStop) as refusal:
        publication.stop(proposal, organiser)

    assert str(refusal.value).startswith("The first mail has left already")
    assert Proposal.objects.published().get() == proposal
    assert INTRODUCTIONS.count() == 2


def test_stop_stops_a_mail_that_a_worker_holds_already(proposal, match, organiser):
    publication.publish(proposal, organiser, at_once=True)
    claimed = Message.objects.claim(1)[0]

    publication.stop(proposal, organiser)

    assert not claimed.begin_sending()


def test_mail_that_the_server_refused_does_not_keep_it_from_being_stopped(
    proposal, match, organiser
):
    publication.publish(proposal, organiser, at_once=True)
    message = Message.objects.claim(1)[0]
    message.begin_sending()
    message.postpone("0 nobody there")

    publication.stop(proposal, organiser)

    assert not Message.objects.exists()


def test_stop_of_a_draft_is_refused(proposal, match, organiser):
    with pytest.raises(publication.CannotStop) as refusal:
        publication.stop(proposal, organiser)

    assert "somebody has stopped it already" in str(refusal.value)


def test_stop_lets_an_old_publication_keep_its_plans(proposal, match, organiser):
    publication.publish(proposal, organiser)
    Proposal.objects.update(planned={})

    publication.stop(proposal, organiser)

    assert Proposal.objects.drafts().get() == proposal


@pytest.mark.parametrize("count", [1, 3])
def test_stop_takes_as_many_queries_for_three_matches_as_for_one(
    count, proposal, person, organiser, django_assert_num_queries
):
    for nth in range(count):
        people = [person(f"A{nth}", "KE"), person(f"B{nth}", "AU")]
        MatchFactory(proposal=proposal, applications=people)
    publication.publish(proposal, organiser)

    with django_assert_num_queries(21):
        publication.stop(proposal, organiser)


def test_partner_of_who_left_before_the_introduction_waits_for_another(
    proposal, match, organiser, amina, jo, mailoutbox
):
    publication.publish(proposal, organiser, at_once=True)
    assert not Seat.objects.without_partner().exists()

    services.withdraw(amina)
    deliver_due()

    assert [seat.application for seat in Seat.objects.without_partner()] == [jo]
    assert [mail.to for mail in mailoutbox] == [["amina@example.org"]]  # a farewell


def test_two_who_are_left_of_three_are_not_without_partner(proposal, person, organiser):
    three = [person("Pilar", "PE"), person("Soren", "DK"), person("Mei", "JP")]
    MatchFactory(proposal=proposal, applications=three)
    publication.publish(proposal, organiser)

    services.withdraw(three[0])
    assert not Seat.objects.without_partner().exists()
    services.withdraw(three[1])

    assert [seat.application for seat in Seat.objects.without_partner()] == [three[2]]


def test_nobody_waits_for_a_partner_in_a_draft(match, amina):
    services.withdraw(amina)

    assert not Seat.objects.without_partner().exists()


# Races: on SQLite writers queue, so two runs show as much as many.


def races(on_postgres):
    """Draft after draft, of one pair each; and how much of a head start one of two gets."""
    times = RACES if on_postgres else 2
    for nth in range(times):
        proposal = ProposalFactory()
        people = [
            ApplicationFactory(round=proposal.round, country=country)
            for country in ("KE", "AU")
        ]
        MatchFactory(proposal=proposal, applications=people)
        yield proposal, nth / times
        Message.objects.all().delete()


def introduced(proposal):
    """How many introductions of this proposal there are, and how many active seats."""
    seats = proposal.seats.active()
    return sending.mails(proposal).filter(kind="introduction").count(), seats.count()


@pytest.mark.django_db(transaction=True)
def test_two_organisers_publishing_at_once_introduce_everybody_once(on_postgres):
    organiser = OrganiserFactory()
    for proposal, _ in races(on_postgres):

        def press(pk=proposal.pk):
            return publication.publish(Proposal.objects.get(pk=pk), organiser)

        outcomes = at_once(press)

        assert sorted(outcomes, key=str) == [prechecks.AlreadyPublished, None]
        assert introduced(proposal) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_who_withdraws_while_it_is_published_hears_of_nobody(on_postgres, mailoutbox):
    organiser = OrganiserFactory()
    for proposal, head_start in races(on_postgres):
        mailoutbox.clear()
        leaver, partner = [seat.application for seat in seats_of(proposal)]

        published, withdrawn = together(
            lambda p=proposal: publication.publish(p, organiser, at_once=True),
            after(head_start, lambda a=leaver: services.withdraw(a)),
        )
        deliver_due()

        assert withdrawn is None
        waiting = Seat.objects.without_partner().filter(proposal=proposal)
        if published is None:
            assert [seat.application for seat in waiting] == [partner]
        else:
            assert published is prechecks.NoLongerFits
            assert not waiting
        assert [mail.to for mail in mailoutbox] == [[leaver.user.email]]  # a farewell


def seats_of(proposal):
    return proposal.seats.select_related("application__user").order_by("pk")


@pytest.mark.django_db(transaction=True)
def test_publishing_while_it_is_stopped_ends_one_way(on_postgres):
    organiser = OrganiserFactory()
    for proposal, head_start in races(on_postgres):
        publication.publish(proposal, organiser)

        def again(pk=proposal.pk):
            return publication.publish(Proposal.objects.get(pk=pk), organiser)

        published, stopped = together(
            after(head_start, again), lambda p=proposal: publication.stop(p, organiser)
        )

        assert stopped is None
        assert published in {None, prechecks.AlreadyPublished}
        assert introduced(proposal) == ((2, 2) if published is None else (0, 0))


@pytest.mark.django_db(transaction=True)
def test_stop_and_the_sender_never_both_have_their_way(on_postgres, mailoutbox):
    organiser = OrganiserFactory()
    for proposal, head_start in races(on_postgres):
        mailoutbox.clear()
        publication.publish(proposal, organiser, at_once=True)

        stopped, sent = together(
            after(head_start, lambda p=proposal: publication.stop(p, organiser)),
            deliver_due,
        )

        assert sent is None
        told = sorted(mail.to for mail in mailoutbox)
        if stopped is None:
            assert told == []
            assert introduced(proposal) == (0, 0)
        else:
            assert stopped is publication.CannotStop
            assert told == sorted(
                [s.application.user.email] for s in seats_of(proposal)
            )
            assert introduced(proposal) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_second_of_two_who_stop_it_is_told(on_postgres):
    organiser = OrganiserFactory()
    for proposal, _ in races(on_postgres):
        publication.publish(proposal, organiser)

        def press(pk=proposal.pk):
            return publication.stop(Proposal.objects.get(pk=pk), organiser)

        outcomes = at_once(press)

        assert sorted(outcomes, key=str) == [publication.CannotStop, None]
        assert introduced(proposal) == (0, 0)
