"""While somebody wishes: about how many people could be their partner, and what each must costs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.core.cache import cache
from django.utils import timezone

from matching.engine import Chances, Person
from matching.problems import told_now
from matching.snapshot import PERIOD, About, Snapshot, period, snapshot
from participants.forms import ApplicationForm
from participants.forms.steps import BY_SLUG, WISHES, Step, as_query
from participants.models import Application, Draft, User, Wish
from participants.terms import Terms
from rounds.models import Round

MOST_LOOKS = (
    80  # of one browser in a quarter of an hour: more than a patient person takes
)
FEW = 40  # people; a round is young with fewer so far
YOUNG = 0.25  # or before so much of its sign-up is over

NEEDED = [BY_SLUG[slug] for slug in ("place", "work", "interests", "wishes")]
UNUSED = {"about", "wishes_text"}
ASKED = [name for step in NEEDED for name in step.fields if name not in UNUSED]

Typed = dict[str, list[str]]


@dataclass(frozen=True)
class Price:
    """About how many there would be without a must; its words as (how it begins, what it asks).

    No words: without any must.
    """

    words: tuple[str, str] | None
    without: About
    is_more: bool


@dataclass(frozen=True)
class Meter:
    """What may be told. `now` is None where it cannot be said.

    lacks: the step whose answers are needed first; it is the wishes where one is unclear.
    asked_too_often: this browser has to wait a while.
    """

    now: About | None = None
    prices: tuple[Price, ...] = ()
    is_young: bool = False
    lacks: Step | None = None
    asked_too_often: bool = False

    @property
    def is_unclear(self) -> bool:
        return self.lacks is WISHES

    @property
    def dearest(self) -> Price | None:
        """The must that keeps most people out by itself."""
        dear = [price for price in self.prices if price.words and price.is_more]
        return max(dear, key=lambda price: price.without, default=None)


def meter(round_: Round, draft: Draft, typed: Typed, terms: Terms) -> Meter:
    """For what a browser has typed so far, sent or not."""
    application = Application(round=round_, user=User())  # nobody yet
    form = ApplicationForm(
        as_query(typed), instance=application, terms=terms, only=ASKED
    )
    if not form.is_valid():
        wrong = form.errors.keys()
        return Meter(lacks=next(step for step in NEEDED if wrong & {*step.fields}))
    if _asks_too_often(draft):
        return Meter(asked_too_often=True)
    told = form.answers()
    person = told_now(application, told.languages, told.interests, told.wishes)
    return _measured(round_, person, told.wishes, terms)


def _asks_too_often(draft: Draft) -> bool:
    key = f"matching.meter.{draft.pk}.{period()}"
    cache.add(key, 0, PERIOD)
    return cache.incr(key) > MOST_LOOKS


def _measured(
    round_: Round, person: Person, wishes: Collection[Wish], terms: Terms
) -> Meter:
    pool = snapshot(round_)
    chances = pool.crowd.chances(person)
    now = pool.about(chances.possible)
    musts = [wish for wish in wishes if wish.aspect in chances.unmet]
    return Meter(
        now=now,
        prices=tuple(_prices(pool, chances, now, musts, terms)),
        is_young=_is_young(round_, pool),
    )


def _prices(
    pool: Snapshot, chances: Chances, now: About, musts: list[Wish], terms: Terms
) -> Iterator[Price]:
    """Of each must; then of all, where that opens more than any one."""

    def without(aspects: Collection[str]) -> About:
        # Up to three are left uncounted: whoever asks for less shall never seem to get less.
        return max(now, pool.about(chances.without(aspects)))

    most = now
    for wish in musts:
        left = without({wish.aspect})
        most = max(most, left)
        yield Price(terms.sentence(wish), left, left > now)
    if len(musts) > 1 and (left := without(chances.unmet.keys())) > most:
        yield Price(None, left, is_more=True)


def _is_young(round_: Round, pool: Snapshot) -> bool:
    passed = timezone.now() - round_.opens_at
    early = passed < YOUNG * (round_.closes_at - round_.opens_at)
    return early or pool.everybody().least < FEW
