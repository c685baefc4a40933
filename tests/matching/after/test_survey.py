from __future__ import annotations

import pytest

from iln.mail.models import Message
from matching import tasks
from matching.after import aftercare, survey
from matching.models import Match, Survey
from participants import services
from tests.matching.after.conftest import kinds_to

LAST_DAY = 120.1


def test_everybody_is_thanked_once_on_the_last_day(days_later, amina, jo):
    days_later(119)
    before = Survey.objects.count()
    days_later(LAST_DAY, beats=2)
    days_later(LAST_DAY + 1)

    assert before == 0
    assert kinds_to(amina).count("survey") == kinds_to(jo).count("survey") == 1


def test_who_withdrew_is_left_alone(days_later, amina, jo):
    services.withdraw(jo)
    days_later(LAST_DAY)

    assert "survey" not in kinds_to(jo)
    assert "survey" in kinds_to(amina)


def test_who_was_parted_may_say_how_it_was(days_later, amina, organiser):
    aftercare.end(Match.objects.get(), set(), "It did not work.", organiser)
    days_later(LAST_DAY)

    assert "survey" in kinds_to(amina)


def test_nobody_is_asked_when_the_survey_has_closed(days_later, amina):
    days_later(LAST_DAY + 28)

    assert kinds_to(amina) == []


def answered(one, **answers):
    for name, value in {"satisfaction": 5, "frequency": "weekly", **answers}.items():
        setattr(one, name, value)
    survey.answer(one)


def test_answers_may_be_changed_until_it_closes(days_later, at_day, amina):
    days_later(LAST_DAY)
    one = Survey.objects.get(seat__application=amina)

    with at_day(LAST_DAY + 1):
        answered(one)
    with at_day(LAST_DAY + 20):
        answered(one, satisfaction=3)
    with at_day(LAST_DAY + 28), pytest.raises(aftercare.Refused):
        answered(one, satisfaction=1)

    one.refresh_from_db()
    assert one.satisfaction == 3


def test_mail_leads_to_the_survey_and_to_the_next_round(days_later, amina):
    days_later(LAST_DAY)

    mail = Message.objects.get(kind="survey", recipient=amina.user)
    assert "/survey/" in mail.text
    assert "/participation/" in mail.text
    assert "Jo" in mail.text


def test_thanking_finds_nothing_twice(days_later, at_day):
    days_later(LAST_DAY)
    with at_day(LAST_DAY + 1):
        tasks.thank_everybody()

    assert Survey.objects.count() == 2
