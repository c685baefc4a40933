"""What a draft was told of its people, and who has changed their answers since.

A draft keeps the words in which the engine was told of each person. So a step on it is priced
by the answers that the draft was found with, and what has changed can be shown beside them;
nobody's new answers are used before organisers search again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from matching.engine import Person, Problem, Wish
from matching.models import Proposal
from matching.problems import digests, problem
from participants.models import Application
from participants.models.application import ApplicationQuerySet

SETS = ("languages", "past_countries")


@dataclass(frozen=True)
class Changed:
    """Somebody who is not as a draft was told; `then` is None where that was not kept."""

    application: Application
    then: Person | None
    now: Person | None

    @property
    def is_gone(self) -> bool:
        """Whether they withdrew, or are no longer confirmed."""
        return self.now is None


def facts(asked: Problem, applications: Sequence[Application]) -> dict[str, Any]:
    """All that the engine is told of each person, as JSON, by application."""
    return {str(applications[one.id].pk): _as_json(one) for one in asked.people}


def _as_json(person: Person) -> dict[str, Any]:
    told = asdict(person)
    del told["id"]  # it depends on who else is there
    told["offers"] = {name: sorted(some) for name, some in told["offers"].items()}
    for name in SETS:
        told[name] = sorted(told[name])
    for wish in told["wishes"]:
        wish["accepted"] = sorted(wish["accepted"])
    return told


def _person(id: int, told: Mapping[str, Any]) -> Person:
    known = {field.name for field in fields(Person)} - {"id"}
    facts = {name: value for name, value in told.items() if name in known}
    facts["offers"] = {name: frozenset(some) for name, some in facts["offers"].items()}
    facts["wishes"] = tuple(
        Wish(wish["aspect"], frozenset(wish["accepted"]), wish["strength"])
        for wish in facts["wishes"]
    )
    return Person(id=id, **facts | {name: frozenset(facts[name]) for name in SETS})


def people_of(
    proposal: Proposal, out: Collection[int] = (), back: Collection[int] = ()
) -> list[Application]:
    """Whom a draft was told of, whatever has become of them, in the order of `pool`."""
    told = proposal.made_with.get("people", {})
    keys = {int(key) for key, digest in told.items() if digest} - {*out} | {*back}
    there = _with_facts(proposal.round.applications.filter(pk__in=keys))
    return sorted(there, key=lambda application: application.user.email.lower())


def _with_facts(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    """With all that the engine asks for, in a fixed number of queries."""
    return applications.select_related(
        "workplace", "role", "career_stage", "user"
    ).prefetch_related("interests", "languages", "wishes")


def as_told(
    proposal: Proposal, asked: Problem, applications: Sequence[Application]
) -> Problem:
    """The same question with each person as the draft was told of them, where it kept that."""
    told = proposal.made_with.get("told", {})
    people = (
        _person(one.id, told[key])
        if (key := str(applications[one.id].pk)) in told
        else one
        for one in asked.people
    )
    return replace(asked, people=tuple(people))


def changed(
    proposal: Proposal, keys: Iterable[int] | None = None
) -> dict[int, Changed]:
    """Who in a draft is not as it was told, by application; of some of them, or of all."""
    then: dict[str, str] = proposal.made_with.get("people", {})
    told = proposal.made_with.get("told", {})
    some = then.keys() if keys is None else keys
    there = proposal.round.applications.filter(pk__in=some)
    applications = list(_with_facts(there))
    asked = problem(proposal.round, applications)
    now = digests(asked, applications)
    here = {*there.confirmed().values_list("pk", flat=True)}
    found = {}
    for person, one in zip(asked.people, applications, strict=True):
        key = str(one.pk)
        if key in then and (now[key] != then[key] or one.pk not in here):
            old = _person(person.id, told[key]) if key in told else None
            found[one.pk] = Changed(one, old, person if one.pk in here else None)
    return found
