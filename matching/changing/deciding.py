"""What organisers have decided about the people of a round, as values and as rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from matching.engine import Problem
from matching.models import Aside, Pin, Veto
from participants.models import Application
from rounds.models import Round

TOGETHER, APART, ASIDE = "together", "apart", "aside"


@dataclass(frozen=True)
class Decision:
    """That some people stay together, or apart, or that one sits out; by key of application."""

    what: str
    people: tuple[int, ...]
    reason: str = field(default="", compare=False)
    made_by: int | None = field(default=None, compare=False)
    words: str = field(default="", compare=False)  # to somebody who is set aside

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Decision:
        return cls(**data | {"people": tuple(data["people"])})


def standing(round_: Round) -> frozenset[Decision]:
    """All that is decided in a round."""
    key_of = dict(round_.applications.values_list("user", "pk"))
    pins = Pin.objects.filter(round=round_)
    vetoes = Veto.objects.filter(first__in=key_of, second__in=key_of)
    asides = Aside.objects.filter(application__round=round_)
    return frozenset(
        [
            *(_decision(TOGETHER, pin.people, pin) for pin in pins),
            *(
                _decision(APART, [key_of[veto.first_id], key_of[veto.second_id]], veto)
                for veto in vetoes
            ),
            *(_decision(ASIDE, [aside.application_id], aside) for aside in asides),
        ]
    )


def _decision(what: str, people: Iterable[int], row: Pin | Veto | Aside) -> Decision:
    words = row.words if isinstance(row, Aside) else ""
    return Decision(what, tuple(sorted(people)), row.reason, row.made_by_id, words)


def write(round_: Round, decision: Decision) -> None:
    """Make its row."""
    about = {"reason": decision.reason, "made_by_id": decision.made_by}
    if decision.what == ASIDE:
        words = decision.words
        Aside.objects.create(application_id=decision.people[0], words=words, **about)
    elif decision.what == TOGETHER:
        names = ("first_id", "second_id", "third_id")
        who = dict(zip(names, decision.people, strict=False))
        Pin.objects.create(round=round_, **who, **about)
    else:
        first, second = _users(decision)
        Veto.objects.create(first_id=first, second_id=second, **about)


def erase(round_: Round, decision: Decision) -> None:
    """Delete its row."""
    if decision.what == ASIDE:
        Aside.objects.filter(application__in=decision.people).delete()
    elif decision.what == TOGETHER:
        Pin.objects.filter(round=round_, first=decision.people[0]).delete()
    else:
        first, second = _users(decision)
        Veto.objects.filter(first=first, second=second).delete()


def _users(decision: Decision) -> list[int]:
    people = Application.objects.filter(pk__in=decision.people)
    return sorted(people.values_list("user", flat=True))


def decided(
    asked: Problem,
    applications: Sequence[Application],
    adds: Collection[Decision],
    lifts: Collection[Decision],
) -> Problem:
    """The same problem of the same people with some decisions more, and some fewer."""
    index = {application.pk: k for k, application in enumerate(applications)}

    def of(what: str, decisions: Iterable[Decision]) -> frozenset[frozenset[int]]:
        return frozenset(
            frozenset(index[key] for key in decision.people)
            for decision in decisions
            if decision.what == what and index.keys() >= {*decision.people}
        )

    return replace(
        asked,
        together=(asked.together - of(TOGETHER, lifts)) | of(TOGETHER, adds),
        apart=(asked.apart - of(APART, lifts)) | of(APART, adds),
    )
