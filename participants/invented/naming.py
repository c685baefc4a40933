"""Names as their owners would write them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from participants.invented.draw import Draw, read

GIVEN_FAMILY = "{given} {family}"
# Letters that are no letter with a sign on it.
PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "þ": "th", "ð": "d"}
    | {"ə": "a"}
)


@dataclass(frozen=True)
class Stock:
    """Given and family names that go together, each with its Latin spelling."""

    given: tuple[tuple[str, str], ...]
    family: tuple[tuple[str, str], ...]
    written: str
    latin: str


@dataclass(frozen=True)
class Name:
    shown: str
    address: str


@cache
def stocks(community: str) -> tuple[Stock, ...]:
    tables = read("names.toml")[community]
    return tuple(
        Stock(
            given=_spellings(table["given"]),
            family=_spellings(table["family"]),
            written=table.get("written", GIVEN_FAMILY),
            latin=table.get("latin", table.get("written", GIVEN_FAMILY)),
        )
        for table in tables
    )


def _spellings(names: str) -> tuple[tuple[str, str], ...]:
    """ "Ирина/Irina, Ada" is (("Ирина", "Irina"), ("Ada", "Ada"))."""
    parts = (name.split("/") for name in names.split(", "))
    return tuple((own[0], own[-1]) for own in parts)


def name(draw: Draw, community: str) -> Name:
    """A name as shown, and how it looks in a mail address."""
    choices = {stock: len(stock.given) for stock in stocks(community)}
    stock = draw.by_share(choices)
    given, family = draw.pick(stock.given), draw.pick(stock.family)
    second = draw.pick([other for other in stock.family if other != family])
    own, latin = (
        pattern.format(given=given[i], family=family[i], second=second[i])
        for i, pattern in enumerate([stock.written, stock.latin])
    )
    return Name(_shown(draw, own, latin), f"{_plain(given[1])}.{_plain(family[1])}")


def _shown(draw: Draw, own: str, latin: str) -> str:
    """Most people write their own letters, some add Latin ones, some write these alone."""
    if own == latin:
        return own
    return draw.by_share({own: 60, f"{own} ({latin})": 20, latin: 20})


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.lower().translate(PLAIN_LETTERS))
    return "".join(sign for sign in spread if "a" <= sign <= "z")
