from __future__ import annotations

from datetime import timedelta

import pytest
from django.forms.models import model_to_dict
from django.utils import timezone

from iln.mail.models import Message
from iln.mail.tasks import deliver_due
from matching import waiting
from matching.after import aftercare, repairing
from matching.models import Match, PastPair, Proposal, Seat
from matching.publishing import prechecks, publication, sending
from matching.templatetags.matching import partners
from participants import services
from participants.models import Application
from tests.factories import (
    ApplicationFactory,
    MatchFactory,
    VetoFactory,
    considered,
)
from tests.together import RACES, at_once, together


@pytest.fixture
def round_(proposal, match, person, organiser):
    """Published: Amina with Jo, Soren with Mei; Pilar is left over, and Jo has withdrawn."""
    others = [person("Soren", "DK"), person("Mei", "JP")]
    MatchFactory(proposal=proposal, applications=others)
    pilar = person("Pilar", "PE")
    proposal.unmatched.add(pilar)
    considered(proposal, pilar)
    publication.publish(proposal, organiser, at_once=True)
    services.withdraw(Application.objects.get(name="Jo"))
    return proposal.round


@pytest.fixture
def mended(round_, organiser):
    return repairing.find(round_, organiser)


def names(proposal):
    groups = proposal.matches.in_full()
    return [sorted(s.application.name for s in m.seats.all()) for m in groups]


def rows(model, but=()):
    """All rows as they are, but those with these keys."""
    return [
        model_to_dict(row) for row in model.objects.exclude(pk__in=but).order_by("pk")
    ]


def test_find_pairs_those_who_wait(mended, amina):
    assert names(mended) == [["Amina", "Pilar"]]
    assert mended.is_repair
    assert mended.figures["matched"] == 2
    assert mended.seats.get(application=amina).wishes == 0
    assert mended.published_at is None


def test_find_again_takes_the_place_of_the_draft(mended, round_, organiser):
    again = repairing.find(round_, organiser)

    assert list(round_.proposals.repairs()) == [again]


def test_find_keeps_people_apart_for_whom_that_was_decided(round_, amina, organiser):
    pilar = Application.objects.get(name="Pilar")
    first, second = sorted([amina.user, pilar.user], key=lambda user: user.pk)
    VetoFactory(first=first, second=second)

    with pytest.raises(aftercare.Refused, match="may be paired"):
        repairing.find(round_, organiser)


def test_find_refuses_where_nobody_waits(proposal, match, organiser):
    publication.publish(proposal, organiser)

    with pytest.raises(aftercare.Refused, match="Nobody waits"):
        repairing.find(proposal.round, organiser)


def test_publish_touches_no_working_pair(mended, round_, organiser):
    new = [*mended.seats.values_list("application", flat=True)]
    seats = Seat.objects.filter(application__in=new)
    seats = [*seats.values_list("pk", flat=True)]
    before = [
        rows(Seat, seats),
        rows(Application, new),
        rows(Proposal, [mended.pk]),
        rows(Match),
        [*Message.objects.order_by("pk").values()],
        [*PastPair.objects.order_by("pk").values()],
        [*type(round_).objects.values()],
    ]

    repairing.publish(mended, organiser)

    mails = Message.objects.filter(cause_id__in=mended.seats.values("pk"))
    mails = mails.filter(kind__in=["introduction", "guide"])
    assert mails.count() == 4
    assert [
        rows(Seat, seats),
        rows(Application, new),
        rows(Proposal, [mended.pk]),
        rows(Match),
        [*Message.objects.exclude(pk__in=mails).order_by("pk").values()],
        [*PastPair.objects.order_by("pk").values()][:-1],
        [*type(round_).objects.values()],
    ] == before


def test_publish_introduces_the_new_pair_and_nobody_else(
    mended, round_, organiser, mailoutbox
):
    Message.objects.all().delete()

    repairing.publish(mended, organiser)
    deliver_due()

    reached = sorted(address for mail in mailoutbox for address in mail.to)
    assert reached == ["amina@example.org", "pilar@example.org"]
    assert not waiting.waiting(round_).exists()


def test_publish_closes_the_seat_beside_who_has_gone(mended, organiser, amina, match):
    repairing.publish(mended, organiser)

    assert match.seats.get(application=amina).left_at == mended.published_at
    assert Seat.objects.active().get(application=amina).match.proposal == mended


def test_publish_twice_sends_once(mended, organiser):
    repairing.publish(mended, organiser)
    count = Message.objects.count()

    with pytest.raises(prechecks.AlreadyPublished):
        repairing.publish(mended, organiser)

    assert Message.objects.count() == count


def test_volunteer_gets_a_second_partner_and_keeps_the_first(
    round_, organiser, person, amina
):
    services.withdraw(amina)
    Application.objects.filter(name="Soren").update(volunteers=True)
    mended = repairing.find(round_, organiser)

    repairing.publish(mended, organiser)

    assert names(mended) == [["Pilar", "Soren"]]
    soren = Seat.objects.active().filter(application__name="Soren")
    assert [seat.is_second for seat in soren.order_by("pk")] == [False, True]
    assert not waiting.volunteers(round_).exists()
    Message.objects.update(sent_at=timezone.now())
    shown = partners(soren[0].application)["cards"]
    assert [card.name for card, *_ in shown] == ["Mei", "Pilar"]


@pytest.mark.parametrize("change", ["withdrew", "answers", "apart"])
def test_publish_refuses_what_no_longer_fits(change, mended, organiser, amina):
    pilar = Application.objects.get(name="Pilar")
    if change == "withdrew":
        services.withdraw(pilar)
    elif change == "answers":
        Application.objects.filter(pk=pilar.pk).update(country="CL")
    else:
        first, second = sorted([amina.user, pilar.user], key=lambda user: user.pk)
        VetoFactory(first=first, second=second)

    with pytest.raises(prechecks.NoLongerFits):
        repairing.publish(mended, organiser)

    assert (
        Seat.objects.get(proposal__is_repair=False, application=amina).left_at is None
    )


def test_publish_says_what_does_not_fit(mended, round_):
    services.withdraw(Application.objects.get(name="Pilar"))

    troubles = [one.trouble for one in repairing.checks(round_, mended) if one.trouble]

    assert troubles == ["Pilar has withdrawn, or has a partner by now."]


def test_who_waits_since_is_counted(mended, round_):
    late = ApplicationFactory(round=round_, country="NO", user__name="Late")

    assert [*repairing.came_since(mended)] == [late]


def test_new_pairs_can_wait_and_hear_over_some_days(mended, organiser):
    repairing.publish(mended, organiser, wait=timedelta(hours=1))

    due = sending.mails(mended)
    assert min(due.values_list("due_at", flat=True)) > timezone.now() + timedelta(
        minutes=59
    )


def test_stop_puts_everything_back(mended, round_, organiser, amina):
    Message.objects.filter(kind="left over").update(sent_at=timezone.now())
    before = everything()

    repairing.publish(mended, organiser, wait=timedelta(hours=1))
    during = everything()
    repairing.stop(Proposal.objects.get(pk=mended.pk), organiser)

    assert before != during
    assert everything() == before
    assert Seat.objects.active().get(application=amina).proposal_id != mended.pk


def everything():
    """All that publishing may change."""
    return [
        rows(Seat),
        rows(Application),
        rows(Proposal),
        [*Proposal.objects.values_list("pk", "published_at")],
        [*Seat.objects.order_by("pk").values_list("pk", "published_at", "left_at")],
        [*Application.objects.order_by("pk").values_list("pk", "introduced_at")],
        [*Message.objects.order_by("pk").values()],
        [*PastPair.objects.order_by("pk").values("first", "second")],
    ]


def test_new_pairs_stand_once_a_mail_has_left(mended, organiser):
    repairing.publish(mended, organiser)
    deliver_due()

    with pytest.raises(publication.CannotStop, match="left already"):
        repairing.stop(mended, organiser)


def test_new_pairs_are_stopped_once(mended, organiser):
    repairing.publish(mended, organiser)
    repairing.stop(mended, organiser)

    with pytest.raises(publication.CannotStop, match="not published"):
        repairing.stop(mended, organiser)


def test_matching_with_a_repair_is_not_stopped(mended, proposal, organiser):
    repairing.publish(mended, organiser)

    for one in (proposal, mended):
        with pytest.raises(publication.CannotStop):
            publication.stop(one, organiser)


def test_stopping_takes_the_repair_draft_along(proposal, mended, organiser):
    publication.stop(proposal, organiser)

    assert not Proposal.objects.repairs().exists()


@pytest.mark.django_db(transaction=True)
def test_race_of_two_publications_sends_once(
    on_postgres, round_, organiser, starting_vocabulary
):
    for _ in range(RACES if on_postgres else 2):
        Proposal.objects.repairs().update(published_at=None)
        PastPair.objects.filter(pk__gt=2).delete()
        Seat.objects.filter(proposal__is_repair=True).delete()
        Seat.objects.update(left_at=None)
        mended = repairing.find(round_, organiser)

        answers = at_once(
            lambda pk=mended.pk: repairing.publish(
                Proposal.objects.select_related("round").get(pk=pk), organiser
            )
        )

        assert sorted(map(str, answers)) == sorted(
            map(str, [None, prechecks.AlreadyPublished])
        )


@pytest.mark.django_db(transaction=True)
def test_race_with_a_withdrawal_seats_nobody_who_has_gone(
    on_postgres, round_, organiser
):
    mended = repairing.find(round_, organiser)
    pilar = Application.objects.get(name="Pilar")

    together(
        lambda: services.withdraw(pilar), lambda: repairing.publish(mended, organiser)
    )

    pilar.refresh_from_db()
    seats = Seat.objects.active().filter(application=pilar)
    assert not seats.filter(
        published_at__gt=pilar.withdrawn_at or timezone.now()
    ).exists()
