"""The pairs of a proposal: those that an organiser looks for, in the order they ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, Min, Prefetch, Q, Value, When
from django.db.models.functions import Lower
from django.http import QueryDict

from matching.admin.looking.pairs import seats_of
from matching.models import Match, Proposal, Seat
from matching.models.proposal import FAR_WORSE_OFF, MatchQuerySet
from participants.names import plain
from participants.places import country_name

PAIRS_A_PAGE = 20
KINDS: dict[str, Callable[[MatchQuerySet], MatchQuerySet]] = {
    "none-met": lambda matches: matches.none_met(),
    "one-sided": lambda matches: matches.one_sided(),
    "three": lambda matches: matches.filter(size=3),
    "to-review": lambda matches: matches.to_review(),
    "reviewed": lambda matches: matches.exclude(reviewed_at=None),
}


class PairFilter(forms.Form):
    """What an organiser looks for. What cannot be understood is left out, without complaint."""

    q = forms.CharField(label="Name, country or place", required=False, max_length=200)
    country = forms.ChoiceField(required=False)
    show = forms.ChoiceField(
        label="With",
        required=False,
        choices={
            "": "any",
            "none-met": "somebody with no wish met",
            "one-sided": "one side far worse off",
            "three": "three people",
        },
    )
    reviewed = forms.ChoiceField(
        label="Reviewed",
        required=False,
        choices={"": "all", "to-review": "not yet", "reviewed": "yes"},
    )
    sort = forms.ChoiceField(
        label="Sort by",
        required=False,
        choices={
            "": "fewest wishes met",
            "gap": "widest gap between them",
            "hours": "fewest hours awake together",
            "name": "name",
            "country": "country",
        },
    )

    def __init__(self, asked: QueryDict, countries: dict[str, str]) -> None:
        super().__init__(asked, auto_id="%s")
        self.fields["country"].choices = {"": "all", **countries}

    @cached_property
    def asked(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether more is asked than words to be found."""
        return not {*self.asked} <= {"q"}


@dataclass(frozen=True)
class PairList:
    """Pairs in order, by id, with those that nobody has looked at; a page of them is read in full."""

    ids: list[int]
    to_review: frozenset[int]

    def page(self, number: str | None, here: int | None) -> Page:
        """The page of this number, else the one with this pair on it."""
        if number is None and here in self.ids:
            number = str(1 + self.ids.index(here) // PAIRS_A_PAGE)
        page = Paginator(self.ids, PAIRS_A_PAGE).get_page(number)
        seats = Prefetch("seats", Seat.objects.select_related("application"))
        matches = Match.objects.with_wishes().prefetch_related(seats)
        found = matches.in_bulk(page.object_list)
        page.object_list = [found[id] for id in page.object_list if id in found]
        return page

    def around(self, match_id: int) -> dict[str, int | None]:
        """The place of a pair, counted from one, and its neighbours.

        A pair that is not among these any more has no place, and the first comes after it.
        """
        if match_id not in self.ids:
            return {"place": None, "before": None, "after": next(iter(self.ids), None)}
        here = self.ids.index(match_id)
        before, _, after = [None, *self.ids, None][here : here + 3]
        return {"place": here + 1, "before": before, "after": after}

    def next_to_review(self, match_id: int | None = None) -> int | None:
        """The next that nobody has looked at, beginning anew after the last."""
        here = self.ids.index(match_id) if match_id in self.ids else 0
        in_turn = self.ids[here:] + self.ids[:here]
        waiting = (id for id in in_turn if id in self.to_review and id != match_id)
        return next(waiting, None)


def asked_for(query: QueryDict, proposal: Proposal) -> tuple[PairFilter, PairList]:
    """The form in which an organiser said what they look for, and what there is."""
    countries = _countries_of(proposal)
    form = PairFilter(query, countries)
    matches = _sorted(_found(proposal, form.asked), form.asked.get("sort"), countries)
    reviewed = dict(matches.values_list("pk", "reviewed_at"))
    to_review = frozenset(id for id, at in reviewed.items() if at is None)
    return form, PairList(list(reviewed), to_review)


def _found(proposal: Proposal, asked: dict[str, str]) -> MatchQuerySet:
    matches = proposal.matches.with_wishes()
    if words := asked.get("q"):
        matches = matches.filter(pk__in=seats_of(proposal, words).values("match"))
    if country := asked.get("country"):
        seats = proposal.seats.filter(application__country=country)
        matches = matches.filter(pk__in=seats.values("match"))
    for name in ("show", "reviewed"):
        if kind := asked.get(name):
            matches = KINDS[kind](matches)
    return matches


def _sorted(
    matches: MatchQuerySet, sort: str | None, countries: Iterable[str]
) -> MatchQuerySet:
    """`countries`: their codes, in the order of their names."""
    if sort == "gap":
        return matches.order_by(F("gap").desc(nulls_last=True), "pk")
    if sort == "hours":
        return matches.order_by("minutes_awake", "pk")
    first = Q(seats__position=1)
    if sort == "name":
        name = Min(Lower("seats__application__name"), filter=first)
        return matches.annotate(name=name).order_by("name", "pk")
    if sort == "country":
        place = Min(_place(countries), filter=first)
        return matches.annotate(place=place).order_by("place", "pk")
    return matches.order_by(F("least").asc(nulls_last=True), "-gap", "pk")


def _place(countries: Iterable[str]) -> Case:
    """A country's place among these."""
    whens = [
        When(seats__application__country=code, then=Value(place))
        for place, code in enumerate(countries)
    ]
    return Case(*whens, default=Value(len(whens)))


def counts(proposal: Proposal) -> dict[str, int]:
    """How many pairs there are in all, and of each kind that wants a look."""
    return proposal.matches.with_wishes().aggregate(
        all=Count("pk"),
        to_review=Count("pk", filter=Q(reviewed_at=None)),
        none_met=Count("pk", filter=Q(least=0)),
        one_sided=Count("pk", filter=FAR_WORSE_OFF),
        three=Count("pk", filter=Q(size=3)),
    )


def _countries_of(proposal: Proposal) -> dict[str, str]:
    """The countries of all who have a partner, by code, in the order of their names."""
    codes = proposal.seats.values_list("application__country", flat=True).distinct()
    names = {code: country_name(code) for code in codes}
    return dict(sorted(names.items(), key=lambda item: plain(item[1])))
