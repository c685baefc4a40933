from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching.models import Pin, Veto
from rounds.models import Round
from tests.factories import (
    ApplicationFactory,
    OrganiserFactory,
    PinFactory,
    RoundFactory,
    VetoFactory,
)
from tests.together import at_once, together


def at(model, page):
    return reverse(f"admin:matching_{model}_{page}")


def errors(response):
    return response.context["adminform"].form.errors


def test_veto_takes_two_people_in_any_order(organiser_client, organiser, amina, jo):
    organiser_client.post(
        at("veto", "add"),
        {"first": jo.user_id, "second": amina.user_id, "reason": "They asked."},
    )

    veto = Veto.objects.get()
    assert (veto.first, veto.second) == (amina.user, jo.user)
    assert (veto.reason, veto.made_by) == ("They asked.", organiser)


def test_veto_needs_a_reason_and_two_people(organiser_client, amina):
    response = organiser_client.post(
        at("veto", "add"),
        {"first": amina.user_id, "second": amina.user_id, "reason": ""},
    )

    assert errors(response) == {
        "second": ["Choose two different people."],
        "reason": ["This field is required."],
    }


def test_same_veto_twice_is_refused_in_words(organiser_client, amina, jo):
    VetoFactory(first=amina.user, second=jo.user)

    response = organiser_client.post(
        at("veto", "add"),
        {"first": jo.user_id, "second": amina.user_id, "reason": "Again."},
    )

    assert errors(response) == {"__all__": ["These two are kept apart already."]}


def test_pin_belongs_to_the_round_of_both(organiser_client, organiser, amina, jo):
    organiser_client.post(
        at("pin", "add"), {"first": jo.pk, "second": amina.pk, "reason": "They asked."}
    )

    pin = Pin.objects.get()
    assert (pin.round, pin.first, pin.second) == (amina.round, amina, jo)
    assert pin.made_by == organiser


def test_pin_refuses_two_rounds(organiser_client, amina):
    other = ApplicationFactory(country="AU")

    response = organiser_client.post(
        at("pin", "add"), {"first": amina.pk, "second": other.pk, "reason": "Why not."}
    )

    assert errors(response) == {"second": ["These two take part in different rounds."]}


def test_pin_refuses_one_country(organiser_client, amina, person):
    neighbour = person("Wangari", "KE")

    response = organiser_client.post(
        at("pin", "add"),
        {"first": amina.pk, "second": neighbour.pk, "reason": "Why not."},
    )

    assert errors(response) == {"second": ["These two live in the same country."]}


def test_pin_refuses_who_is_pinned_already(organiser_client, amina, jo, person):
    PinFactory(round=amina.round, first=amina, second=jo)
    pilar = person("Pilar", "PE")

    response = organiser_client.post(
        at("pin", "add"), {"first": jo.pk, "second": pilar.pk, "reason": "Why not."}
    )

    assert errors(response) == {"first": ["One of them is pinned to somebody already."]}


@pytest.mark.django_db(transaction=True)
def test_two_organisers_pinning_one_person_at_once_pin_them_once():
    organiser, round_ = OrganiserFactory(), RoundFactory()
    amina, jo, pilar = (
        ApplicationFactory(round=round_, country=country)
        for country in ("KE", "AU", "PE")
    )
    pairs = [(amina, jo), (jo, pilar)]

    def press():
        client = Client()
        client.force_login(organiser)
        first, second = pairs.pop()
        choice = {"first": first.pk, "second": second.pk, "reason": "They asked."}
        return client.post(at("pin", "add"), choice).status_code

    assert sorted(at_once(press)) == [200, 302]
    assert Pin.objects.count() == 1


@pytest.mark.parametrize("model", ["pin", "veto"])
def test_decisions_are_not_for_other_staff(model, logged_in, client):
    assert logged_in("view_proposal").get(at(model, "add")).status_code == 403
    assert client.get(at(model, "add")).url.startswith(reverse("admin:login"))


@pytest.mark.parametrize("count", [1, 3])
def test_lists_of_decisions_take_the_same_queries(
    count, organiser_client, organiser, person, django_assert_num_queries
):
    for nth in range(count):
        first, second = person(f"A{nth}", "KE"), person(f"B{nth}", "AU")
        PinFactory(round=first.round, first=first, second=second, made_by=organiser)
        VetoFactory(first=first.user, second=second.user, made_by=organiser)

    with django_assert_num_queries(9):
        organiser_client.get(at("pin", "changelist"))
    with django_assert_num_queries(8):
        organiser_client.get(at("veto", "changelist"))


def test_veto_waits_for_a_publication_that_locks_its_people(
    on_postgres, organiser_client, amina, jo
):
    with CaptureQueriesContext(connection) as asked:
        organiser_client.post(
            reverse("admin:matching_veto_add"),
            {"first": amina.user_id, "second": jo.user_id, "reason": "So."},
        )

    assert Veto.objects.count() == 1
    locks = [one["sql"] for one in asked if "FOR NO KEY UPDATE" in one["sql"]]
    assert bool(locks) == on_postgres


@pytest.mark.parametrize("factory", [PinFactory, VetoFactory])
def test_decision_can_be_looked_at_and_not_changed(
    organiser_client, factory, amina, jo
):
    people = {"first": amina, "second": jo}
    more = {"round": amina.round} if factory is PinFactory else {}
    if factory is VetoFactory:
        people = {name: one.user for name, one in people.items()}
    decision = factory(**people, **more)
    change = reverse(
        f"admin:matching_{decision._meta.model_name}_change", args=[decision.pk]
    )

    looked = organiser_client.get(change)

    assert "They asked for it." in looked.text
    assert organiser_client.post(change, {"reason": "No."}).status_code == 403


def test_veto_on_two_who_are_pinned_is_refused_in_words(organiser_client, amina, jo):
    PinFactory(round=amina.round, first=amina, second=jo)
    data = {"first": jo.user_id, "second": amina.user_id, "reason": "They asked."}

    response = organiser_client.post(at("veto", "add"), data)

    words = (
        f"These two are pinned together ({amina.round}). "
        "End that decision first, or leave it as it is."
    )
    assert errors(response) == {"second": [words]}
    assert not Veto.objects.exists()


def test_veto_on_two_of_a_pinned_group_of_three_is_refused(organiser_client, amina, jo):
    third = ApplicationFactory(round=amina.round, country="PE")
    PinFactory(round=amina.round, first=amina, second=jo, third=third)
    data = {"first": third.user_id, "second": jo.user_id, "reason": "They asked."}

    response = organiser_client.post(at("veto", "add"), data)

    assert [*errors(response)] == ["second"]
    assert not Veto.objects.exists()


def test_veto_on_one_who_is_pinned_to_somebody_else_is_kept(
    organiser_client, amina, jo
):
    other = ApplicationFactory(round=amina.round, country="PE")
    PinFactory(round=amina.round, first=amina, second=jo)
    data = {"first": other.user_id, "second": jo.user_id, "reason": "They asked."}

    organiser_client.post(at("veto", "add"), data)

    assert Veto.objects.count() == 1


def test_partners_of_a_published_round_may_be_kept_apart(organiser_client, amina, jo):
    PinFactory(round=amina.round, first=amina, second=jo)
    Round.objects.update(published_at=timezone.now())
    data = {"first": jo.user_id, "second": amina.user_id, "reason": "They asked."}

    organiser_client.post(at("veto", "add"), data)

    assert Veto.objects.count() == 1


def test_pin_on_two_who_are_kept_apart_is_refused_in_words(organiser_client, amina, jo):
    VetoFactory(first=amina.user, second=jo.user)
    data = {"first": amina.pk, "second": jo.pk, "reason": "They asked."}

    response = organiser_client.post(at("pin", "add"), data)

    words = "These two are kept apart. End that decision first, or leave it as it is."
    assert errors(response) == {"second": [words]}
    assert not Pin.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_pin_and_veto_at_once_leave_one_of_them():
    organiser, round_ = OrganiserFactory(), RoundFactory()
    amina, jo = (
        ApplicationFactory(round=round_, country=country) for country in ("KE", "AU")
    )

    def decide(model, first, second):
        client = Client()
        client.force_login(organiser)
        choice = {"first": first, "second": second, "reason": "They asked."}
        return lambda: client.post(at(model, "add"), choice).status_code

    pin = decide("pin", amina.pk, jo.pk)
    veto = decide("veto", amina.user_id, jo.user_id)

    assert sorted(together(pin, veto)) == [200, 302]
    assert Pin.objects.count() + Veto.objects.count() == 1
