from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from matching.readying.doubles import doubles, mailbox, one_edit
from participants.models import Application, User


def applied(name, email, country="KE", days_ago=2):
    """An unsaved application: nothing here asks the database."""
    return Application(
        pk=next(KEYS),
        name=name,
        country=country,
        user=User(pk=next(KEYS), email=email),
        submitted_at=timezone.now() - timedelta(days=days_ago),
    )


KEYS = iter(range(1, 100_000))


def found(*people, apart=()):
    pairs = doubles(people, apart)
    return [(pair.first, pair.second, *pair.signs) for pair in pairs]


def test_same_name_and_country_may_be_one_person():
    later = applied("AMINA  Otieno", "amina@work.example", days_ago=1)
    first = applied("Amina Otieno", "otieno@home.example")
    abroad = applied("Amina Otieno", "ao@far.example", country="PE")

    assert found(later, first, abroad) == [(first, later, "the same name and country")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jane.doe@example.org", "janedoe@example.org"),
        ("Jane.Doe@example.org", "jane.doe+ILN@Example.org"),
        ("jane@googlemail.com", "j.ane@gmail.com"),
    ],
)
def test_two_spellings_of_one_mailbox_are_one(one, other):
    first, second = applied("Jane", one), applied("J. D.", other, country="PE")

    assert mailbox(one) == mailbox(other)
    assert found(first, second) == [(first, second, "the same mailbox")]


@pytest.mark.parametrize(
    "typed",
    [
        "amina.otieno@exmaple.org",
        "amina.otieno@exampl.org",
        "amina.otiemo@example.org",
        "aminna.otieno@example.org",
    ],
)
def test_one_typing_error_is_seen_in_one_country(typed):
    first = applied("Amina Otieno", "amina.otieno@example.org")
    second = applied("A. Otieno", typed)

    assert found(first, second) == [(first, second, "one letter of the address")]


@pytest.mark.parametrize(
    ("name", "email", "country"),
    [
        ("Another", "amina.otiemo@example.org", "PE"),  # nothing else in common
        ("Another", "amina.otieno2@example.org", "KE"),  # another digit
        ("Another", "amina.ochieng@example.org", "KE"),
        ("Another", "aminaotien@example.or", "KE"),  # two letters
    ],
)
def test_others_are_not_doubted(name, email, country):
    first = applied("Amina Otieno", "amina.otieno@example.org")

    assert found(first, applied(name, email, country=country)) == []


def test_short_addresses_are_not_held_against_one_another():
    assert (
        found(applied("Ann", "ann@example.org"), applied("Ana", "ana@example.org"))
        == []
    )


def test_several_signs_are_named_together():
    first = applied("Jane", "jane.doe@example.org")
    second = applied("jane", "janedoe@example.org")

    assert found(first, second) == [
        (first, second, "the same name and country", "the same mailbox")
    ]


def test_two_people_are_not_doubted_again_but_a_third_is():
    one, two, three = (applied("Maria", f"{n}@example.org") for n in "abc")
    apart = {frozenset({one.user.pk, two.user.pk})}

    assert found(one, two, three, apart=apart) == [
        (one, three, "the same name and country")
    ]
    apart.add(frozenset({one.user.pk, three.user.pk}))
    assert found(one, two, three, apart=apart) == [
        (two, three, "the same name and country")
    ]


def test_a_thousand_spellings_of_one_mailbox_are_a_thousand_doubles():
    people = [applied("Jane", f"jane.doe+{nth}@example.org") for nth in range(1000)]

    assert len(doubles(people)) == 999


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("abc", "abd", True),
        ("abc", "ab", True),
        ("abc", "acb", True),
        ("aab", "ab", True),
        ("abc", "abc", False),
        ("abcd", "bcde", False),
        ("abc", "cba", False),
    ],
)
def test_one_edit(one, other, is_one):
    assert one_edit(one, other) is is_one
