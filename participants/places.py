"""Countries, regions, languages and time zones, from maintained libraries.

Countries from django-countries, the regions of the United Nations' M49 standard
from countryinfo, languages from Babel (Unicode CLDR), zones from tzdata's zone.tab.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from babel import Locale
from babel.core import get_global
from countryinfo import CountryInfo
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django_countries import countries

from iln.zones import time_zones

REGION_PREFIX = "region:"


def country_name(code: str) -> str:
    return countries.name(code)


@cache
def region_of(country: str) -> str:
    """The region's slug, such as "western-asia"; empty for places without one."""
    if country == "XK":  # in our list of countries, not yet in the standard
        return "southern-europe"
    return slugify(CountryInfo(country).subregion() or "")


@cache
def capital_of(country: str) -> tuple[float, float] | None:
    """Where its capital is, as latitude and longitude; None where there is none."""
    if country == "XK":
        return 42.67, 21.17
    place = CountryInfo(country).capital_latlng()
    return (place[0], place[1]) if place else None


@cache
def regions() -> dict[str, str]:
    """Region names by slug, in alphabetical order."""
    found = {}
    for country in countries:
        slug = region_of(country.code)
        if slug and country.code != "XK":
            found[slug] = CountryInfo(country.code).subregion() or ""
    return dict(sorted(found.items()))


@cache
def languages() -> dict[str, str]:
    """Names by code of the languages that a sizeable part of some country speaks."""
    names = Locale("en").languages
    spoken = {
        code
        for speakers in get_global("territory_languages").values()
        for code, share in speakers.items()
        if share["official_status"] or share["population_percent"] >= 5
    }
    named = {code: names[code] for code in spoken if code in names}
    return dict(sorted(named.items(), key=lambda item: item[1]))


@cache
def zones_by_country() -> dict[str, list[str]]:
    """Time zones by country code, the most used first as zone.tab lists them."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    zones: dict[str, list[str]] = {"XK": ["Europe/Belgrade"]}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones.setdefault(country, []).append(zone)
    return zones


def validate_time_zone(value: str) -> None:
    if value not in time_zones():
        raise ValidationError(
            "“%(value)s” is not a time zone; write it like Africa/Nairobi.",
            params={"value": value},
        )
