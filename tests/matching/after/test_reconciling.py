from __future__ import annotations

import pytest
from django.utils import timezone

from iln.mail.models import Message
from matching import tasks
from matching.after import aftercare, reconciling
from matching.after.reconciling import Together, together
from matching.models import Aside, CheckIn, Liaison, Match, Seat
from matching.publishing import publication
from matching.waiting import PAIR_ENDED, waiting
from tests.factories import MatchFactory, UserFactory
from tests.matching.after.conftest import kinds_to, seat_of

Answer = CheckIn.Answer
YES, NOT_YET, HELP, SILENT, NOTHING = "in_touch", "not_yet", "help", "silent", ""


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([YES, YES], Together.IN_TOUCH),
        ([YES, NOT_YET], Together.AT_ODDS),
        ([YES, NOTHING], Together.WAITING),
        ([YES, SILENT], Together.SILENT),
        ([YES, HELP], Together.HELP),
        ([NOT_YET, NOT_YET], Together.NOT_YET),
        ([NOT_YET, NOTHING], Together.WAITING),
        ([NOT_YET, SILENT], Together.SILENT),
        ([NOT_YET, HELP], Together.HELP),
        ([NOTHING, NOTHING], Together.WAITING),
        ([NOTHING, SILENT], Together.SILENT),
        ([NOTHING, HELP], Together.HELP),
        ([SILENT, SILENT], Together.SILENT),
        ([SILENT, HELP], Together.HELP),
        ([HELP, HELP], Together.HELP),
        ([YES, YES, NOT_YET], Together.AT_ODDS),
        ([YES, YES, NOTHING], Together.WAITING),
        ([NOT_YET, NOT_YET, YES], Together.AT_ODDS),
        ([], Together.WAITING),
    ],
)
def test_what_both_say_is_held_together(said, found):
    assert together(said) == together(reversed(said)) == found


@pytest.fixture
def asked(days_later, at_day):
    """Everybody has been asked for the first time; it is the day after."""
    days_later(7)
    with at_day(8):
        yield


def say(asked_of, application, answer, frequency="", words=""):
    reconciling.answer(asked_of(application), answer, frequency, words)


def test_answer_is_kept_with_its_moment_and_may_be_changed(asked, asked_of, amina):
    say(asked_of, amina, Answer.NOT_YET, words="I was ill.")
    say(asked_of, amina, Answer.IN_TOUCH)

    found = asked_of(amina)
    assert (found.answer, found.words) == (Answer.IN_TOUCH, "")
    assert found.answered_at == seat_of(amina).checked_in_at == timezone.now()
    assert seat_of(amina).check_in == Seat.CheckIn.IN_TOUCH


def test_one_is_asked_to_begin_when_nobody_has(asked, asked_of, amina, jo):
    say(asked_of, amina, Answer.NOT_YET)
    after_one = Message.objects.filter(kind="write first").count()
    say(asked_of, jo, Answer.NOT_YET)
    say(asked_of, jo, Answer.NOT_YET)

    assert after_one == 0
    mails = Message.objects.filter(kind="write first")
    assert {mail.recipient: mail.subject for mail in mails} == {
        amina.user: "Please write first: Jo",
        jo.user: "Amina will write first",
    }


def test_nobody_is_asked_to_begin_where_one_is_in_touch(asked, asked_of, amina, jo):
    say(asked_of, amina, Answer.IN_TOUCH)
    say(asked_of, jo, Answer.NOT_YET)

    assert not Message.objects.filter(kind="write first").exists()


def test_call_for_help_reaches_organisers_once_without_names(
    asked, asked_of, amina, organiser
):
    say(asked_of, amina, Answer.HELP, words="Jo is rude.")
    say(asked_of, amina, Answer.HELP, words="Jo is rude!")

    mail = Message.objects.get(kind="help wanted")
    assert mail.recipient == organiser
    for word in ("Amina", "Jo", "rude"):
        assert word not in mail.subject + mail.text + mail.html


def test_call_for_help_goes_to_the_countrys_liaison(asked, asked_of, amina, organiser):
    liaison = UserFactory(is_staff=True)
    Liaison.objects.create(user=liaison, countries=["KE"])
    Liaison.objects.create(user=UserFactory(is_staff=True), countries=["PE"])

    say(asked_of, amina, Answer.HELP)

    assert Message.objects.get(kind="help wanted").recipient == liaison


def test_older_question_is_answered_no_more(asked, days_later, at_day, asked_of, amina):
    old = asked_of(amina)
    days_later(60)

    with at_day(61), pytest.raises(aftercare.Refused):
        reconciling.answer(old, Answer.IN_TOUCH, "", "")

    old.refresh_from_db()
    assert old.answer == ""


def test_nothing_is_answered_after_the_end(asked, at_day, asked_of, amina):
    with at_day(121), pytest.raises(aftercare.Refused):
        say(asked_of, amina, Answer.IN_TOUCH)


def test_one_who_would_change_ends_nothing_and_nobody_hears(running, amina, jo):
    before = Message.objects.count()
    reconciling.rather_change(seat_of(amina))

    tasks.end_where_all_would_change()

    assert seat_of(amina).left_at is None
    assert Message.objects.count() == before


def test_both_who_would_change_are_parted_kindly_the_next_day(running, amina, jo):
    for person in (amina, jo):
        reconciling.rather_change(seat_of(person))
    nobody_parted = seat_of(jo).left_at is None

    tasks.end_where_all_would_change()
    tasks.end_where_all_would_change()

    assert nobody_parted
    assert {one.name: one.why for one in waiting(running)} == {
        "Amina": PAIR_ENDED,
        "Jo": PAIR_ENDED,
    }
    assert not Aside.objects.exists()
    mails = Message.objects.filter(kind="both change")
    assert {mail.recipient for mail in mails} == {amina.user, jo.user}
    assert all("Jo" not in mail.text for mail in mails.filter(recipient=amina.user))


def test_who_stays_after_all_is_not_parted(running, amina, jo):
    for person in (amina, jo):
        reconciling.rather_change(seat_of(person))
    reconciling.rather_stay(seat_of(jo))

    tasks.end_where_all_would_change()

    assert seat_of(jo).left_at is None


def test_three_are_parted_only_when_all_would_change(proposal, person, organiser):
    three = [person("Pilar", "PE"), person("Soren", "DK"), person("Mei", "JP")]
    MatchFactory(proposal=proposal, applications=three)
    publication.publish(proposal, organiser, at_once=True)

    for one in three[:2]:
        reconciling.rather_change(seat_of(one))
    tasks.end_where_all_would_change()
    two_left = Seat.objects.exclude(left_at=None).count()
    reconciling.rather_change(seat_of(three[2]))
    tasks.end_where_all_would_change()

    assert two_left == 0
    assert Seat.objects.exclude(left_at=None).count() == 3


def test_nobody_would_change_a_pair_that_is_over(running, amina, organiser):
    aftercare.end(Match.objects.get(), set(), "It did not work.", organiser)

    with pytest.raises(aftercare.Refused):
        reconciling.rather_change(seat_of(amina))


def test_parted_people_are_told_by_mail(running, days_later, amina, jo):
    for person in (amina, jo):
        reconciling.rather_change(seat_of(person))
    tasks.end_where_all_would_change()

    days_later(1.5)

    assert "both change" in kinds_to(amina)
    assert "both change" in kinds_to(jo)
