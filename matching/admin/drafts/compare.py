"""Two proposals of a round side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from matching.admin import pages
from matching.drafts.comparing import Change, Comparison, Group, Place
from matching.models import Proposal
from participants.models import Application
from rounds.levels import LEVELS
from rounds.models import Round

A_PAGE = 25
KINDS = {
    "loses": "lose",
    "gains": "gain",
    "partner": "another partner, as many wishes",
    "same": "all the same",
    "went": "only in the first",
    "came": "only in the second",
}
GROUPS = {
    "one": "only in the first",
    "other": "only in the second",
    "both": "in both",
}
FIGURES = {
    "applicants": "applicants",
    "matched": "matched",
    "unmatched": "left over",
    "groups_of_three": "groups of three",
    "none_met": "with no wish met",
    "wishes": "wishes",
    "wishes_met": "wishes met",
    "countries": "countries",
    "links": "countries connected",
}

SETTINGS = ["Made", "By", "From", "Proven best", "Seed", "Version", "Scoring", "Input"]


def _named(proposal: Proposal) -> str:
    state = "published" if proposal.published_at else "draft"
    return f"{proposal}, {state}, {proposal.made_at:%-d %B, %H:%M} UTC"


class TwoForm(forms.Form):
    one = forms.ModelChoiceField(Proposal.objects.none(), empty_label=None)
    other = forms.ModelChoiceField(Proposal.objects.none(), empty_label=None)
    one.label, other.label = "Proposal", "against"

    def __init__(self, data: QueryDict, proposals: QuerySet[Proposal]) -> None:
        newest = [proposal.pk for proposal in proposals[:2]]
        first = dict(zip(["other", "one"], newest, strict=False))
        super().__init__(first | data.dict())
        for field in self.fields.values():
            field.queryset, field.label_from_instance = proposals, _named

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("one") and cleaned.get("one") == cleaned.get("other"):
            self.add_error("other", "Choose two different proposals.")
        return cleaned


@dataclass(frozen=True)
class Fate:
    """Somebody's place in a proposal, ready to be shown."""

    place: Place
    partners: list[Application]
    proposal: Proposal


@dataclass(frozen=True)
class Line:
    """How somebody fares in the one and in the other; None where they are not in it."""

    person: Application
    fates: list[Fate | None]


class CompareViews:
    """The page of a round's matching day that compares two of its proposals."""

    def get_urls(self) -> list[URLPattern]:
        compare = path(
            "day/<int:round_id>/compare/",
            self.admin_site.admin_view(self.compare_view),
            name="matching_compare",
        )
        return [compare, *super().get_urls()]

    def compare_view(self, request: HttpRequest, round_id: int) -> HttpResponse:
        """Figures, levels, people and pairs of two proposals."""
        pages.require(request, "matching.view_proposal")
        round_ = get_object_or_404(Round, pk=round_id)
        proposals = round_.proposals.select_related("round", "made_by").defer("proof")
        form = TwoForm(request.GET, proposals.defer("made_with", "proof", "left_over"))
        context: dict[str, Any] = {}
        if form.is_valid():
            keys = [form.cleaned_data[name].pk for name in ("one", "other")]
            found = proposals.in_bulk(keys)
            context = _context(Comparison(*(found[key] for key in keys)), request.GET)
        return pages.render(
            self,
            request,
            "compare.html",
            round_,
            title="Compare two proposals",
            step="After" if round_.published_at else "Look through",
            form=form,
            **context,
        )


def _context(comparison: Comparison, query: QueryDict) -> dict[str, Any]:
    two = [comparison.one.proposal, comparison.other.proposal]
    counts = Counter(change.kind for change in comparison.changes)
    kind = _chosen(query.get("show"), counts, KINDS)
    sizes = {name: len(groups) for name, groups in comparison.groups.items()}
    groups = _chosen(query.get("pairs"), sizes, GROUPS)
    return {
        "comparison": comparison,
        "two": two,
        "figures": [
            (label, *(proposal.figures.get(name, "–") for proposal in two))
            for name, label in FIGURES.items()
        ],
        "settings": list(zip(SETTINGS, *map(_settings, two), strict=True)),
        "orders": [
            [LEVELS.get(level, level) for level in proposal.made_with.get("levels", [])]
            for proposal in two
        ],
        "kind": kind,
        "kinds": [(name, label, counts[name]) for name, label in KINDS.items()],
        "people": _people(comparison, kind, query.get("p")),
        "chosen_groups": groups,
        "groups": [(name, label, sizes[name]) for name, label in GROUPS.items()],
        "pairs": _pairs(comparison, groups, query.get("pp")),
    }


def _chosen(asked: str | None, counts: Any, names: Iterable[str]) -> str:
    """What was asked for; else the first of which there are any."""
    names = list(names)
    return asked if asked in names else next((n for n in names if counts[n]), names[0])


def _settings(proposal: Proposal) -> list[Any]:
    """What a proposal was made with; not what was told of each person."""
    made = proposal.made_with
    return [
        f"{proposal.made_at:%-d %B %Y, %H:%M} UTC",
        proposal.made_by or "a former organiser, or the command line",
        made.get("source", "the search for the best matching"),
        "yes" if proposal.figures.get("proven") else "no",
        proposal.seed,
        *(made.get(name, "–") for name in ("version", "scoring", "input")),
    ]


def _people(comparison: Comparison, kind: str, number: str | None) -> Page:
    changes = [change for change in comparison.changes if change.kind == kind]
    page = Paginator(changes, A_PAGE).get_page(number)
    page.object_list = [_line(comparison, change) for change in page.object_list]
    return page


def _line(comparison: Comparison, change: Change) -> Line:
    two = [
        (change.one, comparison.one.proposal),
        (change.other, comparison.other.proposal),
    ]
    people = comparison.people
    return Line(
        people[change.person],
        [
            place and Fate(place, [people[key] for key in place.partners], proposal)
            for place, proposal in two
        ],
    )


def _pairs(comparison: Comparison, which: str, number: str | None) -> Page:
    """Groups with the proposal and the match that they link to."""
    answer = comparison.one if which == "one" else comparison.other

    def row(group: Group) -> tuple[list[Application], Proposal, int]:
        people = [comparison.people[key] for key in group]
        return people, answer.proposal, answer.matches[group]

    page = Paginator(comparison.groups[which], A_PAGE).get_page(number)
    page.object_list = [row(group) for group in page.object_list]
    return page
