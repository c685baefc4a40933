from __future__ import annotations

import pytest
from django.core import signing
from django.db import IntegrityError

from participants.models import Application, User
from tests.factories import ApplicationFactory, UserFactory, WishFactory

pytestmark = pytest.mark.django_db


def test_address_belongs_to_one_person_in_any_spelling():
    UserFactory(email="Amina@example.org")

    with pytest.raises(IntegrityError):
        UserFactory(email="amina@EXAMPLE.org")


def test_person_is_found_by_address_in_any_spelling():
    amina = UserFactory(email="Amina@example.org")

    assert User.objects.get_by_natural_key("aMINA@example.org") == amina


def test_fingerprint_is_the_same_for_every_spelling_of_an_address():
    assert (
        User(email="Jo@example.org").fingerprint
        == User(email="jo@Example.org").fingerprint
    )


def test_one_person_applies_to_a_round_once():
    application = ApplicationFactory()

    with pytest.raises(IntegrityError):
        ApplicationFactory(round=application.round, user=application.user)


def test_wish_needs_same_as_mine_or_values():
    application = ApplicationFactory()

    with pytest.raises(IntegrityError):
        WishFactory(application=application, same_as_mine=False, values=[])


def test_wish_does_not_take_both_same_as_mine_and_values():
    application = ApplicationFactory()

    with pytest.raises(IntegrityError):
        WishFactory(
            application=application, same_as_mine=True, values=["school-library"]
        )


def test_wish_takes_either():
    application = ApplicationFactory(
        wishes=[("workplace", "nice"), ("country", "must", "PE", "region:western-asia")]
    )

    assert [wish.values for wish in application.wishes.all()] == [
        [],
        ["PE", "region:western-asia"],
    ]


def test_token_leads_to_its_application_and_nowhere_when_altered():
    application = ApplicationFactory()

    assert Application.objects.from_token(application.token) == application
    with pytest.raises(signing.BadSignature):
        Application.objects.from_token(application.token[:-1] + "x")
