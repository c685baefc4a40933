"""What a step would cost, and who would pay, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.changing.choosing import Group
from matching.changing.steps import Look
from matching.wording import joined, wish_lines
from participants.models import Application
from participants.terms import Terms

Report = Sequence[Mapping[str, Any]]
NAMED = 5


@dataclass(frozen=True)
class Fate:
    """What a step means for one person who moves: partners, and wishes, before and after."""

    person: Application
    before: str
    after: str
    gain: int
    gained: list[str]
    lost: list[str]


def fates(look: Look) -> list[Fate]:
    """Everybody who moves: who loses most first."""
    moved = {key for group in [*look.before, *look.after] for key in group}
    people = Application.objects.in_bulk(moved)
    seats = look.draft.proposal.seats.filter(application__in=moved)
    reports = dict(seats.values_list("application", "report"))
    terms, new = Terms(), look.reports

    def partners(key: int, groups: Iterable[Group], nowhere: str) -> str:
        group = next((group for group in groups if key in group), None)
        if group is None:
            return nowhere
        others = [people[other].name for other in group if other != key]
        return joined(others) if others else "left over"

    def nowhere(key: int) -> str:
        return "no second partner" if key in look.helpers else "set aside"

    found = []
    for key in moved:
        had, has = _met(reports.get(key, []), terms), _met(new.get(key, []), terms)
        found.append(
            Fate(
                person=people[key],
                before=partners(key, look.before, nowhere(key)),
                after=partners(key, look.after, nowhere(key)),
                gain=len(has) - len(had),
                gained=[words for words in has if words not in had],
                lost=[words for words in had if words not in has],
            )
        )
    return sorted(found, key=lambda fate: (fate.gain, fate.person.name))


def _met(report: Report, terms: Terms) -> list[str]:
    return [
        f"{line.wanted} ({line.strength})"
        for line in wish_lines(report, terms)
        if line.met
    ]


def who_pays(fates: Iterable[Fate]) -> str:
    """Whose wishes change by how many: “+1 wish for Amina and Jo”; empty where nobody's do."""
    by_gain: dict[int, list[str]] = defaultdict(list)
    for fate in fates:
        if fate.gain:
            by_gain[fate.gain].append(fate.person.name)
    parts = [
        f"{signed(gain)} for {_few(by_gain[gain])}"
        for gain in sorted(by_gain, reverse=True)
    ]
    return ", ".join(parts)


def _few(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    others = [f"{more} more {'person' if more == 1 else 'people'}"] if more > 0 else []
    return joined([*names[:NAMED], *others])


def signed(gain: int) -> str:
    sign = "+" if gain > 0 else "−"
    return f"{sign}{abs(gain)} wish{'es' * (abs(gain) != 1)}"


def whole_round(look: Look) -> Iterator[str]:
    """What the whole round gains or loses, a sentence each."""
    change = {name: after - before for name, before, after in look.figures}
    alone, none_met, wishes = (
        change[name] for name in ("unmatched", "none_met", "wishes_met")
    )
    second = change.get("second_partners", 0)
    if alone > 0:
        yield f"{_people(alone)} more would have no partner."
    elif alone < 0:
        yield f"{_people(-alone)} fewer would have no partner."
    else:
        yield "Nobody else would be left over."
    if second:
        more = "more" if second > 0 else "fewer"
        yield f"{_people(abs(second))} {more} would be asked to take a second partner."
    if none_met:
        more = "more" if none_met > 0 else "fewer"
        verb = f"{_people(abs(none_met))} {more} would have none of their wishes met."
        yield verb
    if wishes:
        more = "more" if wishes > 0 else "fewer"
        count = f"{abs(wishes)} wish{'es' * (abs(wishes) != 1)}"
        yield f"The whole round would meet {count} {more}."
    else:
        yield "The whole round would meet as many wishes as now."


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"
