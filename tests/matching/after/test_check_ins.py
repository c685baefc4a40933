from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from iln.mail import outbox
from iln.mail.models import Message
from matching.after import aftercare, check_ins, reconciling
from matching.models import CheckIn, Seat
from matching.publishing import publication
from matching.waiting import volunteers
from participants import services
from participants.models import Application
from tests.factories import MatchFactory
from tests.matching.after.conftest import kinds_to, seat_of
from tests.together import RACES, at_once

ASKED = "check-in"
AGAIN = "check-in again"
NUDGED_ON = 7 + check_ins.NUDGE_AFTER.days + 0.1
SILENT_ON = NUDGED_ON + check_ins.SILENT_AFTER.days + 0.1


def test_nobody_is_asked_before_the_day(days_later, amina):
    days_later(6.9)

    assert kinds_to(amina) == []


def test_both_are_asked_once_however_often_the_schedule_beats(days_later, amina, jo):
    days_later(7.1, beats=3)
    days_later(7.2)

    assert kinds_to(amina) == kinds_to(jo) == [ASKED]


def test_mail_names_the_partner_and_links_each_answer(days_later, amina, asked_of):
    days_later(7.1)

    mail = Message.objects.get(kind=ASKED, recipient=amina.user)
    assert mail.subject == "Are you in touch with Jo?"
    for answer in CheckIn.Answer.values:
        assert f"?answer={answer}" in mail.text
        assert f"?answer={answer}" in mail.html
    assert "jo@example.org" not in mail.text + mail.html


def test_after_downtime_only_the_newest_question_is_asked(days_later, amina, jo):
    days_later(61)

    assert kinds_to(amina) == [ASKED]
    assert {one.number for one in CheckIn.objects.all()} == {2}


def test_downtime_of_a_week_heaps_no_nudge_onto_the_next_question(days_later, amina):
    days_later(59)
    days_later(66)

    assert kinds_to(amina) == [ASKED, ASKED]


def test_who_waits_is_nudged_once_and_then_silent(days_later, amina, jo):
    days_later(7)
    days_later(NUDGED_ON, beats=2)
    days_later(NUDGED_ON + 1)
    nudged = kinds_to(jo)
    days_later(SILENT_ON)

    assert nudged == kinds_to(jo) == [ASKED, AGAIN]
    seat = seat_of(jo)
    assert (seat.check_in, bool(seat.silent_at)) == (Seat.CheckIn.SILENT, True)


def test_who_answered_is_neither_nudged_nor_silent(days_later, at_day, amina, asked_of):
    days_later(7)
    with at_day(8):
        reconciling.answer(asked_of(amina), CheckIn.Answer.IN_TOUCH, "", "")
    days_later(NUDGED_ON)
    days_later(SILENT_ON)

    assert kinds_to(amina) == [ASKED]
    assert seat_of(amina).silent_at is None


def test_nobody_is_silent_whom_no_mail_reached(days_later, at_day, jo):
    days_later(7)
    Message.objects.filter(kind=ASKED).update(sent_at=None, failed_at=timezone.now())
    days_later(NUDGED_ON)
    days_later(SILENT_ON)

    assert seat_of(jo).check_in == ""


def test_late_answer_ends_the_silence(days_later, at_day, jo, asked_of):
    days_later(7)
    days_later(NUDGED_ON)
    days_later(SILENT_ON)

    with at_day(SILENT_ON + 1):
        reconciling.answer(asked_of(jo), CheckIn.Answer.IN_TOUCH, "", "")

    seat = seat_of(jo)
    assert (seat.check_in, seat.silent_at) == (Seat.CheckIn.IN_TOUCH, None)


def test_silent_person_gets_no_second_partner(days_later, running, amina, jo):
    Application.objects.update(volunteers=True)
    days_later(7)
    days_later(NUDGED_ON)
    seat = seat_of(amina)
    CheckIn.objects.filter(seat=seat).update(
        answer="in_touch", answered_at=timezone.now()
    )
    days_later(SILENT_ON)

    assert [one.name for one in volunteers(running)] == ["Amina"]


def test_organisers_note_sets_and_ends_silence(running, jo):
    aftercare.note(seat_of(jo), Seat.CheckIn.SILENT, "Amina says so.")
    silent = seat_of(jo).silent_at
    aftercare.note(seat_of(jo), Seat.CheckIn.IN_TOUCH, "She wrote.")

    assert silent is not None
    assert seat_of(jo).silent_at is None


def test_who_has_withdrawn_or_lost_their_partner_is_not_asked(
    days_later, running, amina, jo
):
    services.withdraw(jo)
    days_later(7.1)

    assert ASKED not in kinds_to(amina) + kinds_to(jo)


def test_nobody_is_asked_just_before_the_end(days_later, running, amina):
    running.check_in_days = "119"
    running.save()

    days_later(119.5)

    assert kinds_to(amina) == []


@pytest.mark.parametrize("more", [[], ["DK", "JP", "PE", "CA"]])
def test_asking_takes_as_many_queries_for_three_pairs_as_for_one(
    more, proposal, match, person, organiser, django_assert_num_queries
):
    others = [person(f"Person {country}", country) for country in more]
    for two in zip(others[::2], others[1::2], strict=True):
        MatchFactory(proposal=proposal, applications=two)
    publication.publish(proposal, organiser, at_once=True)
    outbox.deliver_due()

    with (
        time_machine.travel(timezone.now() + timedelta(days=7.5), tick=False),
        django_assert_num_queries(18),
    ):
        check_ins.ask(proposal.round, limit=200)

    assert CheckIn.objects.count() == 2 + len(more)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_nobody_twice(running, at_day, on_postgres):
    then = timezone.now() - timedelta(days=8)
    mails = Message.objects.filter(kind="introduction")
    mails.update(sending_at=then, sent_at=then)
    for _ in range(RACES if on_postgres else 2):
        CheckIn.objects.all().delete()
        Message.objects.filter(kind=ASKED).delete()

        found = at_once(lambda: check_ins.ask(running, limit=200))

        assert sorted(found) == [0, 2]
        assert Message.objects.filter(kind=ASKED).count() == 2
