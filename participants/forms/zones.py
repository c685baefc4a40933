"""The time zone: worked out from the country where that is possible."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from iln.zones import time_zones
from participants.forms.fields import KnownChoiceField, QuickSelect
from participants.names import country_labels, zone_labels, zones_by_plain
from participants.places import zones_by_country


def time_zone_field(country: str, chosen: str) -> KnownChoiceField:
    """Zones under their countries, those of `country` first; `chosen` is always among them."""
    return KnownChoiceField(
        zone_labels(),
        codes=zones_by_plain(),
        noun="a time zone",
        choices=lambda: _groups(country, chosen),
        empty="The time zone of my country",
        required=False,
        label="Time zone",
        help_text="If your country has more than one, choose the city nearest to you.",
        widget=QuickSelect,
    )


def _groups(country: str, chosen: str) -> list[tuple[str, list[tuple[str, str]]]]:
    by_country = {
        code: zones_by_country()[code]
        for code in country_labels()
        if code in zones_by_country()
    }
    if country in by_country:
        by_country = {country: by_country.pop(country)} | by_country
    groups = [
        (country_labels()[code], [(zone, zone.replace("_", " ")) for zone in zones])
        for code, zones in by_country.items()
    ]
    shown = {zone for zones in by_country.values() for zone in zones}
    others = ["UTC", chosen] if chosen in time_zones() - shown - {"UTC"} else ["UTC"]
    return [*groups, ("No country", [(zone, zone) for zone in others])]


def clean_time_zone(told: dict[str, Any]) -> str:
    """The zone that was chosen, or the only one of the country."""
    zone: str = told["time_zone"]
    country = told.get("country")
    if zone or not country:
        return zone
    zones = zones_by_country().get(country, [])
    if len(zones) == 1:
        return zones[0]
    if not zones:
        raise ValidationError("Choose your time zone.")
    raise ValidationError(
        f"{country_labels()[country]} has {len(zones)} time zones. "
        f"Choose yours: {', '.join(zones)}."
    )
