"""The door to the engine: applications, wishes and past matches become a problem."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date
from itertools import combinations, product
from typing import Any

from django.db.models import Q

from matching.engine import Person, Problem, Wish
from matching.models import PastPair, Pin, Proposal, Seat, Veto
from matching.past import PastRounds
from participants import country_cap
from participants.models import (
    Application,
    FormerAddress,
    Interest,
    SpokenLanguage,
)
from participants.models import Wish as Asked
from participants.places import REGION_PREFIX, region_of
from rounds.models import Round

Pairs = frozenset[frozenset[int]]


def candidates(round_: Round, back: Collection[int] = ()) -> list[Application]:
    """Who is to be matched: the pool, without those whose country has its share already."""
    people = pool(round_, back)
    waiting = {one.pk for one in deferred(round_, people, round_.country_cap)}
    return [application for application in people if application.pk not in waiting]


def pool(round_: Round, back: Collection[int] = ()) -> list[Application]:
    """Who could be matched, in an order that does not depend on when they applied.

    Nobody who was set aside, but for those (by key) who would be `back`.
    """
    here = Q(aside=None) | Q(pk__in=back)
    applications = round_.applications.for_matching().filter(here)
    return sorted(applications, key=lambda application: application.user.email.lower())


def deferred(
    round_: Round, people: Sequence[Application], percent: int | None
) -> list[Application]:
    """Who must wait for the next round, should so many per cent be the most from one country."""
    if percent is None:
        return []
    users = [application.user_id for application in people]
    return country_cap.deferred(people, percent, first=PastRounds(round_, users).first)


def problem(
    round_: Round,
    applications: Sequence[Application],
    seed: int = 0,
    *,
    earlier: Proposal | None = None,
    keep_before: str = "",
) -> Problem:
    """What the engine is asked; a person's id is their index in `applications`.

    Of an `earlier` proposal as many pairs as possible are kept, where all else is equal, or
    at the cost of the level `keep_before` and those below it.
    """
    past = PastRounds(round_, [application.user_id for application in applications])
    return Problem(
        people=tuple(
            _person(index, application, past)
            for index, application in enumerate(applications)
        ),
        starts=round_.introduces_at.date(),
        ends=round_.ends_at.date(),
        apart=_vetoes(applications) | _past_pairs(applications),
        together=_pins(round_, applications),
        levels=tuple(round_.levels),
        seed=seed,
        earlier=pairs_in(groups_of(earlier) if earlier else [], applications),
        keep_before=keep_before,
    )


def before_the_hours(levels: Sequence[str]) -> str:
    """The level before which pairs of an earlier proposal are kept, if a round has such a one.

    No wish is lost by it, but nobody is moved for some more time awake together either.
    """
    keep_before = ""
    for level in reversed(levels):
        if level not in ("hours", "new_countries"):
            break
        keep_before = level
    return keep_before


def digests(asked: Problem, applications: Sequence[Application]) -> dict[str, str]:
    """What the engine is told of each person, as a digest by application.

    A proposal keeps them, so that a later change of anybody's answers is seen.
    """
    return {str(applications[person.id].pk): _digest(person) for person in asked.people}


def input_hash(asked: Problem) -> str:
    """All that the engine is asked, as one SHA-256: the same hash gets the same answer.

    People stand in it by their place in the round, not by name.
    """
    words = json.dumps(asdict(asked), default=_plain, sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def _plain(value: date | frozenset[Any]) -> str | list[Any]:
    """Dates as ISO 8601 says; sets, and sets of sets, in order."""
    if isinstance(value, date):
        return value.isoformat()
    return sorted(
        sorted(each) if isinstance(each, frozenset) else each for each in value
    )


def _digest(person: Person) -> str:
    told = asdict(replace(person, id=0))  # the id depends on who else is there
    words = json.dumps(told, default=sorted, sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _person(index: int, application: Application, past: PastRounds) -> Person:
    return replace(
        told_by(application),
        id=index,
        unlucky=application.user_id in past.first,
        past_countries=frozenset(past.countries[application.user_id]),
    )


def told_by(application: Application) -> Person:
    """What the engine is told of an applicant, but for their earlier rounds."""
    return told_now(
        application,
        application.languages.all(),
        application.interests.all(),
        application.wishes.all(),
    )


def told_now(
    application: Application,
    spoken: Iterable[SpokenLanguage],
    interests: Iterable[Interest],
    wishes: Iterable[Asked],
) -> Person:
    """The same of answers that need not be saved yet."""
    languages = frozenset(
        language.code
        for language in spoken
        if language.comfort >= SpokenLanguage.Comfort.AT_EASE
    )
    region = REGION_PREFIX + region_of(application.country.code)
    offers = {
        "country": frozenset({application.country.code, region}),
        "workplace": frozenset({application.workplace.slug}),
        "role": frozenset({application.role.slug}),
        "career_stage": frozenset({application.career_stage.slug}),
        "interests": frozenset(interest.slug for interest in interests),
        "language": languages,
    }
    same = offers | {"country": frozenset({region})}
    return Person(
        id=0,
        country=application.country.code,
        zone=application.time_zone,
        languages=languages,
        offers=offers,
        wishes=tuple(
            Wish(
                aspect=wish.aspect,
                accepted=same[wish.aspect]
                if wish.same_as_mine
                else frozenset(wish.values),
                strength=wish.strength,
            )
            for wish in wishes
        ),
        accepts_three=application.accepts_three,
    )


def _vetoes(applications: Sequence[Application]) -> Pairs:
    index = {application.user_id: k for k, application in enumerate(applications)}
    vetoes = Veto.objects.filter(first__in=index, second__in=index)
    return frozenset(
        frozenset({index[veto.first_id], index[veto.second_id]}) for veto in vetoes
    )


def _past_pairs(applications: Sequence[Application]) -> Pairs:
    """Who were partners before, under whatever addresses they had."""
    prints = [application.user.fingerprint for application in applications]
    former = FormerAddress.objects.of(prints)
    known: dict[str, set[int]] = defaultdict(set)
    for k, present in enumerate(prints):
        for one in (present, *former[present]):
            known[one].add(k)
    pairs = PastPair.objects.filter(first__in=known, second__in=known)
    return frozenset(
        frozenset({a, b})
        for pair in pairs
        for a, b in product(known[pair.first], known[pair.second])
        if a != b
    )


def _pins(round_: Round, applications: Sequence[Application]) -> Pairs:
    index = {application.pk: k for k, application in enumerate(applications)}
    pins = Pin.objects.filter(round=round_)
    return frozenset(
        frozenset(index[key] for key in pin.people)
        for pin in pins
        if index.keys() >= {*pin.people}
    )


def groups_of(*proposals: Proposal) -> list[list[int]]:
    """Who is with whom in these proposals, as keys of applications."""
    matches: dict[int, list[int]] = defaultdict(list)
    seats = Seat.objects.filter(proposal__in=proposals)
    for match, application in seats.values_list("match", "application"):
        matches[match].append(application)
    return [sorted(people) for people in matches.values()]


def pairs_in(
    groups: Iterable[Iterable[int]], applications: Sequence[Application]
) -> Pairs:
    """Every two who are together in groups of keys, and still here."""
    index = {application.pk: k for k, application in enumerate(applications)}
    return frozenset(
        frozenset(pair)
        for group in groups
        for pair in combinations([index[key] for key in group if key in index], 2)
    )


def asked_again(proposal: Proposal, applications: Sequence[Application]) -> Problem:
    """What a proposal answered, as its round would ask it now.

    By the same hash one knows that nothing has changed: no people, answers, decisions, rules.
    Partners of this very round are no past partners yet.
    """
    made_with = proposal.made_with
    asked = problem(proposal.round, applications, proposal.seed)
    published = groups_of(*proposal.round.proposals.published())
    return replace(
        asked,
        apart=asked.apart - pairs_in(published, applications),
        earlier=pairs_in(made_with.get("earlier", []), applications),
        keep_before=made_with.get("keep_before", ""),
    )
