from __future__ import annotations

import pytest
from django.utils import timezone

from matching import waiting
from matching.after import aftercare
from matching.models import Aside, Seat
from matching.publishing import publication
from participants import services
from participants.models import Application
from tests.factories import ApplicationFactory, MatchFactory, considered

CheckIn = Seat.CheckIn


@pytest.fixture
def round_(proposal, match, person, organiser):
    """Published: Amina with Jo, Soren with Mei; Pilar is left over."""
    others = [person("Soren", "DK"), person("Mei", "JP")]
    MatchFactory(proposal=proposal, applications=others)
    pilar = person("Pilar", "PE")
    proposal.unmatched.add(pilar)
    considered(proposal, pilar)
    publication.publish(proposal, organiser, at_once=True)
    return proposal.round


def whys(round_):
    return {one.name: one.why for one in waiting.waiting(round_)}


def seat_of(application):
    return Seat.objects.get(application=application)


def test_left_over_and_latecomers_wait(round_):
    ApplicationFactory(round=round_, user__name="Late")
    ApplicationFactory(round=round_, user__name="Unconfirmed", confirmed_at=None)

    assert whys(round_) == {
        "Late": waiting.CAME_LATER,
        "Pilar": waiting.LEFT_OVER,
    }


def test_whose_partner_withdrew_waits(round_, amina, jo):
    services.withdraw(jo)

    assert whys(round_)["Amina"] == waiting.PARTNER_WITHDREW
    assert "Jo" not in whys(round_)


def test_two_of_three_still_have_each_other(proposal, person, organiser):
    three = [person("Pilar", "PE"), person("Soren", "DK"), person("Mei", "JP")]
    MatchFactory(proposal=proposal, applications=three)
    publication.publish(proposal, organiser)

    services.withdraw(three[0])

    assert whys(proposal.round) == {}


def test_end_frees_both_and_sets_aside_who_is_silent(
    round_, match, amina, jo, organiser
):
    aftercare.end(match, {amina.pk}, "Jo never answered.", organiser)

    assert whys(round_)["Amina"] == waiting.PAIR_ENDED
    assert "Jo" not in whys(round_)
    aside = Aside.objects.get()
    assert (aside.application, aside.reason) == (jo, "Jo never answered.")
    assert {seat.note for seat in match.seats.all()} == {"Jo never answered."}


def test_ended_pair_is_not_ended_again(round_, match, amina, organiser):
    aftercare.end(match, {amina.pk}, "Jo never answered.", organiser)

    with pytest.raises(aftercare.Refused):
        aftercare.end(match, set(), "Nor did Amina.", organiser)

    assert Aside.objects.count() == 1


def test_who_was_set_aside_may_wait_after_all(round_, match, jo, organiser):
    aftercare.end(match, set(), "Both are on leave.", organiser)

    aftercare.look_again(jo)

    assert {"Jo", "Pilar"} == whys(round_).keys()


def test_check_ins_are_counted_by_person(round_, amina, jo):
    aftercare.note(seat_of(amina), CheckIn.NOT_YET, "She wrote to me.")
    aftercare.note(seat_of(jo), CheckIn.SILENT, "Amina says so.")

    counts = aftercare.check_ins(aftercare.Reach().seats(round_))

    assert counts == {"": 2, "in_touch": 0, "not_yet": 1, "silent": 1, "help": 0}


def test_nothing_is_noted_about_who_has_left(round_, match, amina, organiser):
    seat = seat_of(amina)
    aftercare.end(match, set(), "It did not work.", organiser)

    with pytest.raises(aftercare.Refused):
        aftercare.note(seat, CheckIn.HELP, "Too late.")


def test_introductions_are_counted_by_state(round_, amina):
    mails = aftercare.introductions(aftercare.Reach().seats(round_))
    mails.filter(recipient=amina.user).update(failed_at=timezone.now())
    mails.exclude(recipient=amina.user).hold()

    seats = aftercare.Reach().seats(round_)
    counts = {"sent": 0, "waiting": 0, "held": 3, "failed": 1}
    assert aftercare.mails(seats) == counts
    assert [mail.recipient for mail in aftercare.failed(seats)] == [amina.user]


def test_volunteers_have_one_partner_and_are_not_silent(round_, amina, jo, person):
    Application.objects.update(volunteers=True)
    aftercare.note(seat_of(jo), CheckIn.SILENT, "Amina says so.")

    names = {one.name for one in waiting.volunteers(round_)}

    assert names == {"Amina", "Soren", "Mei"}


def test_reach_is_by_either_partners_country(round_, match):
    reach = aftercare.Reach(frozenset({"AU", "PE"}))

    assert list(reach.matches(round_)) == [match]
    assert reach.seats(round_).count() == 2
    assert [one.name for one in reach.waiting(round_)] == ["Pilar"]
