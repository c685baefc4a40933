"""What organisers do for applicants: remind them, and make wishes of their free words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from iln.mail.models import Message
from participants import services
from participants.forms import AddedWishesForm
from participants.models import Application, Wish
from participants.services import helping
from participants.terms import Terms
from tests.factories import ApplicationFactory, RoundFactory, days_from_now
from tests.participants.helpers import as_query, fill
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def form(application, **typed):
    return AddedWishesForm(as_query(typed), application=application, terms=Terms())


def peru(strength="nice"):
    return Wish(aspect="country", values=["PE"], strength=strength)


@pytest.fixture
def amina():
    """Somebody with a wish and with words, after sign-up."""
    return ApplicationFactory(
        round=RoundFactory(closed=True),
        name="Amina",
        wishes_text="Somebody in Peru & <b>patient</b>.",
        wishes=[("workplace", "nice")],
    )


# --- Reminders -------------------------------------------------------------


def test_who_has_not_confirmed_is_reminded_once_a_day(round_, time_machine):
    waiting = ApplicationFactory(round=round_, confirmed_at=None)
    ApplicationFactory(round=round_)
    ApplicationFactory(round=round_, confirmed_at=None, withdrawn_at=timezone.now())

    assert services.remind(round_) == 1
    assert services.remind(round_) == 0
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert services.remind(round_) == 1

    assert {mail.recipient for mail in Message.objects.all()} == {waiting.user}
    mail = Message.objects.first()
    assert mail.subject == f"Still in? Please confirm your application for {round_}"
    assert "have not confirmed yet" in mail.text
    assert waiting.get_absolute_url().partition(":")[0] in mail.html


def test_who_was_asked_whether_they_are_in_is_reminded_too(round_, time_machine):
    asked_at = timezone.now() - timedelta(days=2)
    ApplicationFactory(round=round_, asked_still_in_at=asked_at)
    ApplicationFactory(round=round_, asked_still_in_at=timezone.now())
    ApplicationFactory(
        round=round_, asked_still_in_at=asked_at, still_in_at=timezone.now()
    )
    ApplicationFactory(
        round=round_, asked_still_in_at=asked_at, sat_out_at=timezone.now()
    )

    assert services.remind(round_) == 1
    assert services.remind_still_in(round_, limit=9) == 1  # by itself, the same day

    mail = Message.objects.get()
    assert mail.kind == "still in"
    assert mail.subject == f"Once more: Still in? {round_.name}"
    assert services.to_remind(round_) == []


def test_nobody_is_reminded_of_a_deadline_that_is_over():
    round_ = RoundFactory(closed=True, confirm_by=days_from_now(-0.5))
    ApplicationFactory(round=round_, confirmed_at=None)

    with pytest.raises(services.Refused):
        services.remind(round_)

    assert not Message.objects.exists()


# --- Reopened --------------------------------------------------------------


def test_reopened_application_may_be_changed_for_some_days(
    client, amina, time_machine, vocabulary
):
    sign_in(client, amina.user)
    page = reverse("participants:correct", args=[amina.token])
    assert client.get(page).status_code == 302

    services.reopen(amina)

    assert client.get(page).status_code == 200
    assert "Change my answers" in client.get(amina.get_absolute_url()).text
    time_machine.move_to(timezone.now() + helping.REOPENED_FOR)
    assert client.get(page).status_code == 302


def test_nothing_is_reopened_once_the_matching_is_published(amina):
    amina.round.published_at = timezone.now()
    amina.round.save()

    with pytest.raises(services.Refused, match="published"):
        services.reopen(amina)
    amina.reopened_until = timezone.now() + timedelta(days=1)
    assert not amina.is_correctable


def test_new_words_are_to_be_read_again(amina, typed):
    services.reopen(amina)
    services.done_with_words(amina)
    amina.refresh_from_db()
    then = amina.reopened_until

    correct(amina, typed, wishes_text=amina.wishes_text)
    amina.refresh_from_db()
    assert amina.wishes_read_at
    assert amina.reopened_until == then

    correct(amina, typed, wishes_text="Somebody in Chile.")
    amina.refresh_from_db()
    assert amina.wishes_read_at is None


def correct(application, typed, **changes):
    instance = Application.objects.in_full().get(pk=application.pk)
    form = fill(typed, instance=instance, **changes)
    assert form.is_valid(), form.errors
    services.correct(form.answers())


# --- Wishes made of words --------------------------------------------------


def test_form_offers_only_aspects_without_a_wish(amina):
    offered = form(amina)

    assert "wish_country" in offered.fields
    assert "wish_hours" in offered.fields
    assert not any(name.startswith("wish_workplace") for name in offered.fields)


def test_form_makes_wishes(amina):
    filled = form(
        amina,
        wish_country="these",
        wish_country_values=["PE", ""],
        wish_country_strength="important",
        wish_hours="3",
        wish_hours_strength="nice",
    )

    assert filled.is_valid(), filled.errors
    assert [(wish.aspect, wish.values) for wish in filled.wishes] == [
        ("country", ["PE"]),
        ("hours", ["3"]),
    ]


def test_form_without_any_wish_says_so(amina):
    empty = form(amina, wish_country="", wish_country_strength="nice")

    assert empty.non_field_errors() == ["Choose at least one wish."]


def test_form_opens_where_something_is_missing(amina):
    unclear = form(amina, wish_country="these", wish_country_strength="nice")

    assert [group.label for group in unclear.groups() if group.is_open] == [
        "Country or region"
    ]
    assert "wish_country_values" in unclear.errors


def test_added_wishes_are_kept_and_told(amina):
    services.add_wishes(amina, [peru("important")])

    amina.refresh_from_db()
    assert [wish.aspect for wish in amina.wishes.all()] == ["workplace", "country"]
    assert amina.is_correctable
    assert amina.wishes_read_at
    [mail] = Message.objects.all()
    assert mail.recipient == amina.user
    assert '"Somebody in Peru & <b>patient</b>."' in mail.text
    assert "<b>patient</b>" not in mail.html
    assert "- Country or region: Peru (important)" in mail.text
    assert amina.get_absolute_url().partition(":")[0] in mail.html


def test_added_wishes_never_replace_anybodys_own(amina):
    services.add_wishes(amina, [peru()])

    with pytest.raises(services.Refused, match="country or region already"):
        services.add_wishes(amina, [peru("must")])

    assert amina.wishes.get(aspect="country").strength == "nice"
    assert Message.objects.count() == 1


def test_nobody_who_withdrew_gets_wishes(amina):
    services.withdraw(amina)

    with pytest.raises(services.Refused, match="withdrawn"):
        services.add_wishes(amina, [peru()])
