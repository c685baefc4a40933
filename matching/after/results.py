"""How a round was, in numbers that tell of no single person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone

from matching.models import Frequency, Survey
from matching.models.survey import survey_closes_at
from participants.models import Wish
from rounds.models import Round

FEWEST = 5


@dataclass(frozen=True)
class Group:
    """Some people, and how happy they are on average; without numbers where it is hidden."""

    label: str
    people: int | None = None
    mean: float | None = None

    @property
    def is_hidden(self) -> bool:
        return self.people is None


@dataclass(frozen=True)
class Results:
    """What the surveys of a round say; nothing but the rate before they are closed.

    Who looks before and after somebody's answer would otherwise learn it from the difference.
    """

    asked: int
    answered: int
    is_closed: bool
    everybody: Group = Group("All")
    by_frequency: list[Group] = field(default_factory=list)
    by_wish: list[tuple[str, Group, Group]] = field(default_factory=list)
    by_worth: list[Group] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)

    @property
    def rate(self) -> int:
        return round(100 * self.answered / (self.asked or 1))


def hidden(counts: Sequence[int]) -> set[int]:
    """Which groups of a whole, whose total is shown, must stay hidden.

    Those of fewer than five; and the smallest others, until those that are hidden are at
    least two and together at least five, so that taking the rest from the total tells nothing.
    """
    gone = {k for k, count in enumerate(counts) if count < FEWEST}
    others = sorted(set(range(len(counts))) - gone, key=lambda k: (counts[k], k))
    while gone and others and (len(gone) < 2 or _together(counts, gone) < FEWEST):
        gone.add(others.pop(0))
    return gone


def _together(counts: Sequence[int], some: Iterable[int]) -> int:
    return sum(counts[k] for k in some)


def groups(whole: Sequence[tuple[str, Sequence[int]]]) -> list[Group]:
    """Parts of a whole, each with its scores: the small ones hidden, and what betrays them."""
    gone = hidden([len(scores) for _, scores in whole])
    return [
        Group(label) if k in gone else Group(label, len(scores), _mean(scores))
        for k, (label, scores) in enumerate(whole)
    ]


def _mean(scores: Sequence[int]) -> float:
    return round(sum(scores) / len(scores), 1)


def of(round_: Round) -> Results:
    asked = Survey.objects.filter(seat__application__round=round_)
    answers = list(answers_of(round_).select_related("seat"))
    is_closed = timezone.now() >= survey_closes_at(round_)
    if not is_closed or len(answers) < FEWEST:
        return Results(asked.count(), len(answers), is_closed)
    return Results(
        asked.count(),
        len(answers),
        is_closed,
        everybody=groups([("All", _scores(answers))])[0],
        by_frequency=_by_choice(answers, "frequency", Frequency.choices),
        by_wish=_by_wish(answers),
        by_worth=_by_choice(
            answers, "wishes_worth", [*Survey.Worth.choices, ("", "No answer")]
        ),
        quotes=sorted(one.words for one in answers if one.may_quote and one.words),
    )


def answers_of(round_: Round) -> QuerySet[Survey]:
    """All answers, in an order that tells nothing about who gave them."""
    given = Survey.objects.filter(seat__application__round=round_)
    return given.exclude(answered_at=None).order_by(
        "satisfaction", "frequency", "words", "wishes_worth"
    )


def _scores(answers: Iterable[Survey]) -> list[int]:
    return [one.satisfaction or 0 for one in answers]


def _by_choice(
    answers: Sequence[Survey], name: str, choices: Iterable[tuple[str, str]]
) -> list[Group]:
    return groups(
        [
            (label, _scores(one for one in answers if getattr(one, name) == value))
            for value, label in choices
        ]
    )


def _by_wish(answers: Sequence[Survey]) -> list[tuple[str, Group, Group]]:
    """For each aspect that somebody wished for: those whose wish was met, and was not.

    Whoever did not wish for it is the rest of the whole, by which either could be found out.
    """
    found: dict[str, dict[bool, list[int]]] = defaultdict(lambda: {True: [], False: []})
    for one in answers:
        for aspect, met in {w["aspect"]: w["met"] for w in one.seat.report}.items():
            found[aspect][met].append(one.satisfaction or 0)
    rows = []
    for aspect in Wish.Aspect:
        if aspect.value not in found:
            continue
        met, unmet = found[aspect.value][True], found[aspect.value][False]
        rest = [0] * (len(answers) - len(met) - len(unmet))
        yes, no, _ = groups([("met", met), ("not met", unmet), ("no wish", rest)])
        rows.append((aspect.label.capitalize(), yes, no))
    return rows


def as_rows(found: Results) -> list[list[str]]:
    """The same numbers, and no other, for a table in a file."""
    rows = [
        ["what", "group", "people", "satisfaction (1 to 5)"],
        ["response", "asked", str(found.asked), ""],
        ["response", "answered", str(found.answered), ""],
    ]
    if not found.by_frequency:
        return rows
    rows.append(_row("everybody", found.everybody))
    rows += [_row("how often in touch", group) for group in found.by_frequency]
    for aspect, met, unmet in found.by_wish:
        rows += [_row(f"wish for {aspect.lower()}", group) for group in (met, unmet)]
    rows += [_row("what wishes were worth", group) for group in found.by_worth]
    return rows


def _row(what: str, group: Group) -> list[str]:
    if group.is_hidden:
        return [what, group.label, "hidden", "hidden"]
    return [what, group.label, str(group.people), str(group.mean)]
