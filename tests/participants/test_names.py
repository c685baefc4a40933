from __future__ import annotations

import pytest

from participants.names import country_codes, did_you_mean, language_codes, plain


@pytest.mark.parametrize(
    ("written", "code"),
    {
        "UK": "GB", "England": "GB", "U.S.A.": "US", "United States": "US", "South Korea": "KR",
        "Viet Nam": "VN", "Vietnam": "VN", "Tanzania": "TZ", "Perú": "PE", "KEN": "KE", "ke": "KE",
        "Czech Republic": "CZ", "Ivory Coast": "CI", "Cote d'Ivoire": "CI", "Kosovo": "XK",
        "Turkey": "TR", "Türkiye": "TR", "Nauru": "NR", "DRC": "CD", "Trinidad & Tobago": "TT",
        "Korea": None, "Gondor": None, "": None,
    }.items(),
)  # fmt: skip
def test_countries_are_known_by_many_names(written, code):
    assert country_codes().get(plain(written)) == code


@pytest.mark.parametrize(
    ("written", "code"),
    {
        "English": "en",
        "EN": "en",
        "Farsi": "fa",
        "norwegian bokmal": "nb",
        "Klingon": None,
    }.items(),
)
def test_languages_are_known_by_name_and_code(written, code):
    assert language_codes().get(plain(written)) == code


def test_suggestion_names_what_is_most_alike():
    labels = {"KE": "Kenya", "PE": "Peru"}
    codes = {"kenya": "KE", "peru": "PE"}

    assert did_you_mean("Kennia", codes, labels) == " Did you mean Kenya?"
    assert did_you_mean("Xyzzy", codes, labels) == ""
