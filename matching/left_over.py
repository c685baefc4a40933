"""Why people are left over, and what would help, in organisers' words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from matching.engine import Concession, Leftover, Witness
from matching.wording import SAME, joined
from participants.models import Application, Wish
from participants.places import country_name, languages
from participants.terms import Terms

Report = Mapping[str, Any]

EXCLUDED = {
    "same_country": "{} from the same country",
    "no_common_language": "{} without a common language",
    "kept_apart": "{} past partners or kept apart",
    "pinned": "{} pinned to somebody else",
    "own_musts": "{} who would break a must of theirs",
    "their_musts": "{} whose must they would break",
}


@dataclass(frozen=True)
class Cause:
    """Why some people are left over; each of them with what would help."""

    why: str
    people: list[tuple[Application, str]] = field(default_factory=list)


def report(left: Leftover) -> dict[str, Any]:
    """What a proposal keeps of it, as JSON: numbers, and nobody else's name."""
    prospect = left.prospect
    return {
        "possible": prospect.possible,
        "excluded": dict(prospect.excluded),
        "concessions": [_concession(one) for one in prospect.concessions],
        "witness": left.witness and _witness(left.witness),
    }


def deferred(percent: int) -> dict[str, Any]:
    """The same of somebody who waits, since at most so many per cent are of one country."""
    return {"country_cap": percent}


def _concession(one: Concession) -> dict[str, Any]:
    return {"musts": list(one.musts), "opens": one.opens, "helps": one.helps}


def _witness(witness: Witness) -> dict[str, Any]:
    return {
        "crowd": len(witness.crowd),
        "partners": len(witness.partners),
        "parts": witness.parts,
        "country": witness.country,
        "languages": sorted(witness.languages),
    }


def causes(
    reports: Mapping[str, Report], unmatched: Iterable[Application], terms: Terms
) -> list[Cause]:
    """These people, with their wishes at hand, by why they are left over.

    `reports` are by application; a proposal older than these has none.
    """
    by_why: dict[str, Cause] = {}
    for application in unmatched:
        found = reports.get(str(application.pk))
        why = _why(found) if found else ""
        would_help = _what_would_help(found, application, terms) if found else ""
        cause = by_why.setdefault(why, Cause(why))
        cause.people.append((application, would_help))
    return list(by_why.values())


def _why(found: Report) -> str:
    if "country_cap" in found:
        return (
            f"At most {found['country_cap']} % may come from one country. These "
            "applied after theirs had so many, and wait for the next round."
        )
    if found["witness"]:
        return _crowd(found["witness"])
    if not found["excluded"]:
        return "Nobody else is there."
    excluded = found["excluded"].items()
    others = joined(EXCLUDED[rule].format(count) for rule, count in excluded)
    return f"Nobody may be paired with them: {others}."


def _crowd(witness: Report) -> str:
    crowd, partners, parts = (witness[key] for key in ("crowd", "partners", "parts"))
    who, stay = _who(witness), f"so {parts - partners} of them must stay alone"
    if parts == crowd:
        only = f"{partners} possible partner{'s' * (partners != 1)}"
        return (
            f"For {who} there {'is' if partners == 1 else 'are'} only {only}, {stay}."
        )
    if parts == 1:
        odd = "Their number is odd, and no group of three can be formed"
        return f"{who} can be paired with nobody else. {odd}, {stay}."
    apart = f"{who} fall into {parts} odd parts that cannot be paired with one another"
    others = f", only with {_people(partners)} outside" if partners else ""
    return f"{apart}{others}, {stay}."


def _who(witness: Report) -> str:
    crowd = _people(witness["crowd"])
    if witness["country"]:
        return f"{crowd} from {country_name(witness['country'])}"
    if witness["languages"]:
        known = languages()
        spoken = joined(known.get(code, code) for code in witness["languages"])
        return f"{crowd} who are at ease with {spoken} only"
    return crowd


def _what_would_help(found: Report, application: Application, terms: Terms) -> str:
    """The smallest concession that would; else the first whose effect nobody looked into."""
    if "country_cap" in found:
        return ""
    concessions = found["concessions"]
    for one in concessions:
        if one["helps"]:
            return f"It would help to {_given_up(one, application, terms)}."
    for one in concessions:
        if one["helps"] is None:
            given_up = _given_up(one, application, terms)
            return f"It might help to {given_up}; this was not looked into."
    return "Nothing that they could give up would help."


def _given_up(concession: Report, application: Application, terms: Terms) -> str:
    if not concession["musts"]:
        return "accept a group of three"
    wishes = {wish.aspect: wish for wish in application.wishes.all()}
    asked = (_wanted(wishes[aspect], terms) for aspect in concession["musts"])
    opened = f"{concession['opens']} partner{'s' * (concession['opens'] != 1)} more"
    return f"drop the must on {joined(asked)} ({opened})"


def _wanted(wish: Wish, terms: Terms) -> str:
    if wish.same_as_mine:
        return SAME[Wish.Aspect(wish.aspect)]
    return joined((terms.label(wish.aspect, value) for value in wish.values), "or")


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"
