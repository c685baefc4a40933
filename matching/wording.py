"""What the engine found, in people's words: kind for mails, precise for organisers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from participants.models import Application, Channel, SpokenLanguage, Wish
from participants.terms import Terms

Aspect = Wish.Aspect

SAME = {
    Aspect.COUNTRY: "the same region",
    Aspect.WORKPLACE: "the same kind of workplace",
    Aspect.ROLE: "the same role",
    Aspect.CAREER_STAGE: "the same career stage",
    Aspect.INTERESTS: "an interest in common",
    Aspect.LANGUAGE: "one of the same languages",
}


def joined(words: Iterable[str], last: str = "and") -> str:
    """“a”, “a and b”, “a, b and c”."""
    *firsts, final = list(words) or [""]
    return f"{', '.join(firsts)} {last} {final}" if firsts else final


def duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else ""]
    return " ".join(filter(None, parts))


def roughly(count: int) -> str:
    """A number of people, so that nobody can tell whom it counts."""
    if count < 10:
        return "a few"
    step = 10 if count < 100 else 50
    return f"about {round(count / step) * step}"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _offer(count: int) -> str:
    return "1 offers it" if count == 1 else f"{count} offer it"


@dataclass(frozen=True)
class WishLine:
    """One wish of one person and how it fares, ready to be shown."""

    aspect: str
    wanted: str
    strength: str
    met: bool
    why: str
    why_kindly: str


def wish_lines(report: Sequence[Mapping[str, Any]], terms: Terms) -> list[WishLine]:
    """A seat's report, wish by wish, in the order in which they were made."""
    return [_wish_line(found, terms) for found in report]


def _wish_line(found: Mapping[str, Any], terms: Terms) -> WishLine:
    aspect = Aspect(found["aspect"])
    return WishLine(
        aspect=aspect.label.capitalize(),
        wanted=SAME[aspect]
        if found["same_as_mine"]
        else joined((terms.label(aspect, v) for v in found["values"]), "or"),
        strength=Wish.Strength(found["strength"]).label,
        met=found["met"],
        why="" if found["met"] else _why(found),
        why_kindly="" if found["met"] else _why_kindly(found),
    )


# Hours are counted in steps that are not the same in every round: so without a number.
LOST = {
    "half_met": "{more} with less than half of their wishes met",
    "bad_luck": "{more} unlucky a second time",
    "wishes": "all wishes met would count {count} less, where somebody’s first nice wish counts 24",
    "hours": "fewer hours awake together",
    "new_countries": "{people} fewer with a country that is new to them",
    "kept": "{count} fewer of the earlier proposal’s pairs kept",
}


def _lost(price: Mapping[str, int]) -> str:
    """What others would lose, at the first level that decides."""
    level, count = next(iter(price.items()), ("", 0))
    words = LOST.get(level, "a matching that is worth less")
    return words.format(more=_more(count), people=_people(count), count=count)


def _why(found: Mapping[str, Any]) -> str:
    """Why a wish is not met, for organisers, with the numbers."""
    asked = f"{_people(found['asked'])} asked for this"
    if found["reason"] == "nobody_offers":
        return f"{asked}, nobody offers it."
    offered = f"{asked}, {_offer(found['offered'])}"
    if found["reason"] == "nobody_possible":
        return f"{offered}, but none of them may be paired with this person."
    possible = f"{found['possible']} of them may be paired with this person"
    return f"{offered}, {possible}. {_price(found)}"


def _price(found: Mapping[str, Any]) -> str:
    """What it would cost to meet a wish; others_first is all that was known before prices."""
    price = found.get("price", {})
    match found["reason"]:
        case "somebody_alone":
            return f"Meeting it would leave {_more(price['alone'])} without a partner."
        case "nothing_met":
            return f"Meeting it would leave {_more(price['none_met'])} with none of their wishes met."
        case "others_lose":
            return f"Meeting it would cost more than it gives: {_lost(price)}."
        case "equal":
            return "Meeting it would cost somebody else just as much: the draw decided."
        case _:
            return "Meeting it would not make the whole matching better."


def _more(count: int) -> str:
    return "1 more person" if count == 1 else f"{count} more people"


KINDLY = {
    "somebody_alone": "Meeting it would have left someone without a partner.",
    "nothing_met": "Meeting it would have left someone with none of their wishes met.",
    "others_lose": "Meeting it would have taken more from others than it would have given to you.",
    "equal": "Meeting it would have cost someone else just as much, so that a draw had to decide.",
}
AT_LEAST_KINDLY = (
    "Their partners are others this time, so that as many people as possible have something "
    "they hoped for."
)


def _why_kindly(found: Mapping[str, Any]) -> str:
    """Why a wish is not met, for the person who made it."""
    if found["reason"] == "nobody_offers":
        return "Nobody in this round could offer it."
    if found["reason"] == "nobody_possible":
        return (
            f"{_people(found['offered'])} could offer it, but nobody whom we may introduce to you: "
            "partners live in different countries, speak a common language well, have not "
            "been partners before, and keep to each other’s musts."
        )
    why = KINDLY.get(found["reason"], AT_LEAST_KINDLY)
    return f"{_people(found['asked'])} hoped for this and {_offer(found['offered'])}. {why}"


@dataclass(frozen=True)
class Card:
    """A person as their partner may see them."""

    name: str
    country: str
    workplace: str
    role: str
    career_stage: str
    shared_interests: list[str]
    other_interests: list[str]
    languages: list[str]
    about: str
    email: str
    channels: list[tuple[str, str]]


def card(partner: Application, viewer: Application) -> Card:
    """What `viewer` may know of `partner`; expects both as `SeatQuerySet.in_full` loads them."""
    mine = {interest.pk for interest in viewer.interests.all()}
    interests = list(partner.interests.all())
    return Card(
        name=partner.name,
        country=partner.country.name,
        workplace=partner.workplace.label,
        role=partner.role.label,
        career_stage=partner.career_stage.label,
        shared_interests=[i.label for i in interests if i.pk in mine],
        other_interests=[i.label for i in interests if i.pk not in mine],
        languages=common_languages([partner, viewer]),
        about=partner.about,
        email=partner.user.email,
        channels=[
            (channel.get_kind_display(), channel.handle)
            for channel in partner.channels.all()
            if channel.visible_to == Channel.VisibleTo.PARTNER
        ],
    )


def common_languages(people: Iterable[Application]) -> list[str]:
    """The languages that all of them are at ease with, by name."""
    at_ease = (
        {
            spoken.name
            for spoken in person.languages.all()
            if spoken.comfort >= SpokenLanguage.Comfort.AT_EASE
        }
        for person in people
    )
    return sorted(set.intersection(*at_ease))
