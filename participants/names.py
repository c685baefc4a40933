"""From what people write to the codes we keep: kindly, and with a suggestion where it fails."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache

from babel import Locale
from countryinfo import CountryInfo
from django_countries import countries

from iln.zones import time_zones
from participants.places import REGION_PREFIX, languages, regions

# What the libraries below do not know.
MORE_COUNTRIES = {
    "america": "US",
    "bosnia": "BA",
    "britain": "GB",
    "burma": "MM",
    "easttimor": "TL",
    "england": "GB",
    "macedonia": "MK",
    "northernireland": "GB",
    "scotland": "GB",
    "swaziland": "SZ",
    "uae": "AE",
    "vatican": "VA",
    "wales": "GB",
}
MORE_LANGUAGES = {
    "bengali": "bn",
    "castilian": "es",
    "farsi": "fa",
    "flemish": "nl",
    "kiswahili": "sw",
    "mandarin": "zh",
    "tagalog": "fil",
}


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """Letters and digits alone, in lower case and without accents: “Perú” is “peru”."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in spread if sign.isalnum())


def by_plain(labels: Mapping[str, str]) -> dict[str, str]:
    """Codes by plain code and by plain label."""
    return {plain(code): code for code in labels} | {
        plain(label): code for code, label in labels.items()
    }


@cache
def country_labels() -> dict[str, str]:
    return {country.code: country.name for country in countries}


@cache
def country_codes() -> dict[str, str]:
    """Country codes by every name that means one country only, and by ISO code."""
    aliases = {
        (plain(name), code) for code in country_labels() for name in _names(code)
    }
    meanings = Counter(alias for alias, _ in aliases)
    clear = {alias: code for alias, code in aliases if alias and meanings[alias] == 1}
    return MORE_COUNTRIES | clear | by_plain(country_labels())


def _names(code: str) -> Iterable[str]:
    yield countries.alpha3(code)
    yield Locale("en").territories.get(code, "")
    if code != "XK":  # not yet in the standard
        info = CountryInfo(code)
        yield from (info.name() or "", info.native_name() or "", *info.alt_spellings())


@cache
def region_labels() -> dict[str, str]:
    return {REGION_PREFIX + slug: name for slug, name in regions().items()}


@cache
def place_labels() -> dict[str, str]:
    """What a wish for a country may name: regions first."""
    return region_labels() | country_labels()


@cache
def place_codes() -> dict[str, str]:
    return country_codes() | by_plain(region_labels())


@cache
def language_codes() -> dict[str, str]:
    return MORE_LANGUAGES | by_plain(languages())


@cache
def zone_labels() -> dict[str, str]:
    return {zone: zone for zone in time_zones()}


@cache
def zones_by_plain() -> dict[str, str]:
    return {plain(zone): zone for zone in time_zones()}


def did_you_mean(
    written: str, codes: Mapping[str, str], labels: Mapping[str, str]
) -> str:
    """A question that names what is most alike, or an empty string."""
    alike = get_close_matches(plain(written), codes, n=1)
    return f" Did you mean {labels[codes[alike[0]]]}?" if alike else ""
