from __future__ import annotations

import pytest

from participants.forms.hints import about_address, about_place


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("yahooo.com", "yahoo.com"),
        ("outlok.com", "outlook.com"),
    ],
)
def test_slip_is_asked_about(domain, meant):
    hint = about_address(f"amina@{domain}")

    assert hint == f"You wrote {domain}. Did you mean {meant}?"


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "GMAIL.com",
        "yahoo.fr",
        "live.nl",
        "example.org",
        "nypl.org",
        "uonbi.ac.ke",
        "mail.example.com",
        "gmx.fr",
        "kb.dk",
    ],
)
def test_address_that_may_be_right_is_left_alone(domain):
    assert about_address(f"amina@{domain}") == ""


def test_address_that_does_not_last_is_mentioned():
    assert "thrown away" in about_address("amina@mailinator.com")


@pytest.mark.parametrize(
    ("country", "zone", "asks"),
    [
        ("KE", "Africa/Nairobi", False),
        ("BR", "Africa/Nairobi", True),
        ("BR", "", False),
        ("", "Africa/Nairobi", False),
    ],
)
def test_clock_of_another_country_is_asked_about(country, zone, asks):
    assert bool(about_place(country, zone)) == asks
