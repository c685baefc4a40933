"""What may be a slip: said once, never refused."""

from __future__ import annotations

from difflib import get_close_matches

from participants.names import country_labels
from participants.places import zones_by_country

COMMON = {
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com", "msn.com",
    "yahoo.com", "ymail.com", "icloud.com", "me.com", "aol.com", "proton.me", "protonmail.com", "zoho.com",
    "gmx.de", "gmx.net", "gmx.com", "gmx.at", "gmx.ch", "web.de", "t-online.de", "mail.ru", "yandex.ru",
    "mail.com", "email.com", "orange.fr", "free.fr", "laposte.net", "libero.it", "uol.com.br", "terra.com.br",
    "qq.com", "163.com", "126.com", "naver.com", "rediffmail.com", "fastmail.com", "posteo.de",
}  # fmt: skip
SLIPPED_ENDINGS = {"con", "cmo", "comm", "om", "cm", "co", "cpm", "vom", "xom"}
SHORT_LIVED = {
    "mailinator.com", "guerrillamail.com", "sharklasers.com", "10minutemail.com", "yopmail.com", "temp-mail.org",
    "tempmail.com", "trashmail.com", "getnada.com", "dispostable.com", "maildrop.cc", "throwawaymail.com",
    "mailnesia.com", "fakeinbox.com", "mintemail.com", "discard.email", "wegwerfmail.de", "mohmal.com",
}  # fmt: skip


def about_address(address: str) -> str:
    """What looks wrong with an address that is valid; mostly nothing."""
    domain = address.rpartition("@")[2].lower()
    if domain in SHORT_LIVED:
        return (
            f"Mail to {domain} is thrown away soon, and we write to you for months. "
            "Better give us an address that stays."
        )
    meant = _meant(domain)
    return f"You wrote {domain}. Did you mean {meant}?" if meant else ""


def _meant(domain: str) -> str:
    name, _, ending = domain.rpartition(".")
    if domain in COMMON:
        return ""
    if ending in SLIPPED_ENDINGS and f"{name}.com" in COMMON:
        return f"{name}.com"
    if any(known.partition(".")[0] == domain.partition(".")[0] for known in COMMON):
        return ""  # the same house in another country
    return next(iter(get_close_matches(domain, sorted(COMMON), n=1, cutoff=0.87)), "")


def about_place(country: str, zone: str) -> str:
    """A clock from elsewhere is possible, but more often left over from another country."""
    zones = zones_by_country().get(country, [])
    if not country or not zone or zone in zones or not zones:
        return ""
    return (
        f"You live in {country_labels()[country]}, and your time zone is {zone}. "
        "Is that right?"
    )
