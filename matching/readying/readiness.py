"""Is the input of a round ready? What is known of its people before anybody is matched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Exists, OuterRef, Q

from iln.mail.models import Message
from matching import emails
from matching.engine import (
    Concession,
    Problem,
    Prospect,
    Survey,
    fewest_alone,
    survey,
)
from matching.left_over import EXCLUDED
from matching.models import Aside, Pin, TwoPeople
from matching.past import PastRounds
from matching.problems import deferred, pool, problem
from matching.readying.doubles import Double, doubles
from matching.rulebook import broken_rules
from matching.wording import joined
from participants.country_cap import most_from_one
from participants.luck import Luck
from participants.models import Application, Wish
from participants.models.application import NOT_ASKED, SAID_YES
from participants.places import country_name
from participants.terms import SAME_AS_MINE, Terms
from rounds.models import Round

FEW = 2
TOLD_FROM = 3  # more possible partners: below, a letter would be about certain people
NOBODY_ELSE = {
    Wish.Aspect.COUNTRY: "nobody else from there has applied",
    Wish.Aspect.WORKPLACE: "nobody else works there",
    Wish.Aspect.ROLE: "nobody else has it",
    Wish.Aspect.CAREER_STAGE: "nobody else is at it",
    Wish.Aspect.INTERESTS: "nobody else shares it",
    Wish.Aspect.LANGUAGE: "nobody else is at ease with it",
    Wish.Aspect.HOURS: "nobody else is awake with them for so long",
}


# --- Who takes part ---------------------------------------------------------


def states(round_: Round) -> dict[str, int]:
    """How many applications are in which state."""
    here, out = Q(withdrawn_at=None), Q(sat_out_at__isnull=False)
    known = here & ~out & Q(confirmed_at__isnull=False)
    is_in = known & (NOT_ASKED | SAID_YES)
    aside = Exists(Aside.objects.filter(application=OuterRef("pk")))
    return round_.applications.annotate(is_aside=aside).aggregate(
        confirmed=Count("pk", filter=is_in & Q(is_aside=False)),
        unconfirmed=Count("pk", filter=here & ~out & Q(confirmed_at=None)),
        unanswered=Count("pk", filter=known & ~(NOT_ASKED | SAID_YES)),
        sat_out=Count("pk", filter=here & out),
        next_round=Count("pk", filter=here & Q(next_round_at__isnull=False)),
        aside=Count("pk", filter=is_in & Q(is_aside=True)),
        withdrawn=Count("pk", filter=~here),
    )


@dataclass(frozen=True)
class Country:
    name: str
    people: int
    share: float  # per cent
    waiting: int = 0


def countries(
    applications: Iterable[Application], waiting: Iterable[Application] = ()
) -> list[Country]:
    """How many come from where, most first; and how many of them must wait."""
    people = Counter(application.country.code for application in applications)
    wait = Counter(application.country.code for application in waiting)
    found = [
        Country(country_name(code), count, 100 * count / people.total(), wait[code])
        for code, count in people.items()
    ]
    return sorted(found, key=lambda country: (-country.people, country.name))


def likely_doubles(round_: Round) -> list[Double]:
    """Two applications that may be one person's, unless organisers know better."""
    applications = list(round_.applications.active().select_related("user"))
    users = [application.user_id for application in applications]
    known = TwoPeople.objects.filter(first__in=users, second__in=users)
    pairs = known.values_list("first", "second")
    return doubles(applications, {frozenset(pair) for pair in pairs})


def withdrawn_doubles(round_: Round) -> list[Application]:
    """Who was withdrawn as somebody's second, and has not applied again since."""
    letters = Message.objects.filter(kind=emails.DOUBLE.name)
    gone = round_.applications.exclude(withdrawn_at=None).select_related("user")
    told = gone.filter(pk__in=letters.values("cause_id")).order_by("pk")
    keys = {
        *letters.filter(cause_id__in=told.values("pk")).values_list("key", flat=True)
    }
    return [one for one in told if emails.double_key(one) in keys]


# --- What they wish, and whom they can have ----------------------------------


@dataclass(frozen=True)
class Pool:
    """The people of a round, and what the engine sees in those who are to be matched.

    `everybody`: also those who wait for the next round, by the country cap. `first`: whose
    last round did not go well, by person (user).
    """

    round: Round
    everybody: Sequence[Application]
    applications: Sequence[Application]
    first: dict[int, Luck]
    asked: Problem
    found: Survey

    @property
    def come_first(self) -> list[tuple[Luck, list[Application]]]:
        """Who comes first, by why; the most frequent reason first."""
        groups: dict[Luck, list[Application]] = {}
        for one in sorted(self.applications, key=lambda one: one.name.lower()):
            if luck := self.first.get(one.user_id):
                groups.setdefault(luck, []).append(one)
        return sorted(groups.items(), key=lambda group: -len(group[1]))

    @property
    def deferred(self) -> int:
        return len(self.everybody) - len(self.applications)


def look(round_: Round) -> Pool:
    everybody = pool(round_)
    waiting = {one.pk for one in deferred(round_, everybody, round_.country_cap)}
    applications = [one for one in everybody if one.pk not in waiting]
    first = PastRounds(round_, [one.user_id for one in applications]).first
    asked = _without_pins(round_, applications)
    found = survey(asked, few(len(applications)))
    return Pool(round_, everybody, applications, first, asked, found)


def _without_pins(round_: Round, applications: Sequence[Application]) -> Problem:
    """Who is pinned is not hard to pair, and a pin may no longer be possible."""
    return replace(problem(round_, applications), together=frozenset())


def impossible_pins(seen: Pool) -> list[tuple[Pin, str]]:
    """Who was pinned and may not be paired, with the rule: no search can begin before one ends."""
    index = {
        application.pk: place for place, application in enumerate(seen.applications)
    }
    pins = [
        pin
        for pin in Pin.objects.filter(round=seen.round).order_by("pk")
        if index.keys() >= {*pin.people}
    ]
    groups = [[index[key] for key in pin.people] for pin in pins]
    rules = broken_rules(seen.asked, seen.applications, groups)
    return [(pin, rule) for pin, rule in zip(pins, rules, strict=True) if rule]


def waiting(round_: Round) -> list[Application]:
    """Who waits for the next round, by the country cap."""
    return deferred(round_, pool(round_), round_.country_cap)


def few(people: int) -> int:
    """So many possible partners are few: in a small round, nobody has many."""
    return min(FEW, people // 10)


@dataclass(frozen=True)
class HopelessWish:
    """One wish that nobody can meet, and all who have it; for how many it is a must."""

    wanted: str
    why: str
    people: list[Application]
    musts: int


def hopeless_wishes(seen: Pool, terms: Terms) -> list[HopelessWish]:
    """What most people wish for in vain comes first."""
    groups: dict[tuple[str, str], list[tuple[Application, Wish]]] = {}
    for one in seen.found.hopeless:
        application = seen.applications[one.person]
        wish = _wish(application, one.aspect)
        why = NOBODY_ELSE[Wish.Aspect(one.aspect)]
        if one.offered:
            why = "some could meet it, but none who may be their partner"
        group = groups.setdefault((in_words(wish, terms), why), [])
        group.append((application, wish))
    found = [
        HopelessWish(
            wanted,
            why,
            [application for application, _ in group],
            sum(wish.strength == Wish.Strength.MUST for _, wish in group),
        )
        for (wanted, why), group in groups.items()
    ]
    return sorted(found, key=lambda one: (-len(one.people), one.wanted))


def _wish(application: Application, aspect: str) -> Wish:
    return next(wish for wish in application.wishes.all() if wish.aspect == aspect)


def in_words(wish: Wish, terms: Terms) -> str:
    """What is wished for: “Peru or Chile”, or “the same as mine (role)”."""
    accepted = terms.accepted(wish)
    if wish.same_as_mine:
        same = SAME_AS_MINE[Wish.Aspect(wish.aspect)]
        return f"{same[0].lower()}{same[1:]} ({wish.get_aspect_display()})"
    return accepted


@dataclass(frozen=True)
class Offer:
    """What somebody could give up, and the letter that says so, once it is written."""

    aspects: tuple[str, ...]
    words: str
    opens: int
    letter: Message | None

    @property
    def value(self) -> str:
        return ",".join(self.aspects)

    @property
    def may_be_sent(self) -> bool:
        return self.letter is None and self.opens >= TOLD_FROM


@dataclass(frozen=True)
class FewPartners:
    """Somebody who may be paired with few people, or with nobody."""

    application: Application
    possible: int
    why: str
    offers: list[Offer]
    first: Luck | None = None


def with_few_partners(
    seen: Pool, some: Sequence[Prospect], terms: Terms
) -> list[FewPartners]:
    """These prospects in words, each with its smallest concessions and their letters."""
    keys = [seen.applications[one.person].pk for one in some]
    sent = Message.objects.filter(kind=emails.OFFER.name, cause_id__in=keys)
    letters = {message.key: message for message in sent.defer("text", "html")}
    return [_few_partners(seen, one, letters, terms) for one in some]


def _few_partners(
    seen: Pool, one: Prospect, letters: dict[str, Message], terms: Terms
) -> FewPartners:
    application = seen.applications[one.person]
    others = [EXCLUDED[rule].format(count) for rule, count in one.excluded.items()]
    offers = [
        Offer(
            concession.musts,
            joined(
                in_words(_wish(application, aspect), terms)
                for aspect in concession.musts
            ),
            concession.opens,
            letters.get(emails.offer_key(application, concession.musts)),
        )
        for concession in one.concessions
    ]
    first = seen.first.get(application.user_id)
    return FewPartners(application, one.possible, joined(others), offers, first)


def concession(application: Application, musts: Sequence[str]) -> Concession | None:
    """What it would open now if somebody gave up these musts; None where it opens nothing."""
    seen = look(application.round)
    for one in seen.found.few:
        if seen.applications[one.person] == application:
            found = (each for each in one.concessions if each.musts == tuple(musts))
            return next(found, None)
    return None


# --- At most so many from one country ----------------------------------------


@dataclass(frozen=True)
class Forecast:
    """What a country cap would do: who waits, and what that changes for the others."""

    percent: int
    most: int
    waiting: list[Application]
    countries: list[Country]
    alone_before: int
    alone: int


def forecast(seen: Pool, percent: int) -> Forecast:
    """What it would do to all who have confirmed, whatever the present cap."""
    round_, people = seen.round, seen.everybody
    waiting = deferred(round_, people, percent)
    asked = _without_pins(round_, people) if seen.deferred else seen.asked
    late = {application.pk for application in waiting}
    stay = [person for person in asked.people if people[person.id].pk not in late]
    alone = fewest_alone(asked)
    return Forecast(
        percent,
        most_from_one(len(people), percent),
        waiting,
        [one for one in countries(people, waiting) if one.waiting],
        alone,
        fewest_alone(replace(asked, people=tuple(stay))) if waiting else alone,
    )
