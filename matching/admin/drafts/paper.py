"""Pairs from paper: how good they are, and a draft that begins with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from matching.admin import pages
from matching.drafts import paper
from matching.drafts.comparing import LEVELS
from matching.drafts.handmade import FROM_PAPER, RULES, HandMade, judged, read_groups
from matching.engine.judging import Group, Judgement
from matching.engine.scoring.violations import MISSING
from matching.models import Pin
from matching.problems import candidates
from matching.wording import joined
from participants.importing import Unreadable
from participants.models import Application
from rounds.models import Round

MOST_BYTES = 1_000_000
MOST_LINES = 5_000
SHOWN = 20
EXAMPLE = "Person,Partner\namina@example.org,José Ñahui"


class PaperForm(forms.Form):
    """A table as a file or as typed text; the text then holds what was read, to be corrected."""

    file = forms.FileField(
        label="A file",
        required=False,
        allow_empty_file=True,
        help_text="CSV in UTF-8, as spreadsheets save it. At most 1 MB.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    text = forms.CharField(
        label="Or the pairs themselves",
        required=False,
        strip=False,
        max_length=MOST_BYTES,
        help_text=(
            "A line for each pair, or group of three: mail addresses or names, "
            "with commas between them."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": EXAMPLE}),
    )
    pair_rest = forms.BooleanField(
        label="Pair the others as well as can be", required=False
    )

    def __init__(self, round_: Round, *args: Any) -> None:
        super().__init__(*args)
        self.round, self.by_hand = round_, HandMade([])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        file, text = cleaned.get("file"), cleaned.get("text")
        if not self.errors and not (file or text):
            self.add_error("text", "Choose a file, or type some pairs.")
        elif not self.errors:
            try:
                self._read(_bytes(file) if file else text.encode(), bool(file))
            except Unreadable as error:
                self.add_error("file" if file else "text", capfirst(str(error)))
        return cleaned

    def _read(self, data: bytes, is_file: bool) -> None:
        if data.count(b"\n") > MOST_LINES:
            raise Unreadable(
                f"more than {MOST_LINES} lines. Leave out what is no pair."
            )
        self.by_hand = read_groups(data, candidates(self.round))
        if is_file:
            self.data = self.data.copy()
            self.data["text"] = data.decode("utf-8-sig")
        for words in self.by_hand.problems:
            self.add_error("text", capfirst(words))


def _bytes(file: UploadedFile) -> bytes:
    if file.size > MOST_BYTES:
        raise Unreadable("the file is larger than 1 MB: it holds more than pairs.")
    data = file.read()
    if b"\0" in data:
        words = "this is no CSV file. Save the table as “CSV UTF-8”, and try again."
        raise Unreadable(words)
    return data


@dataclass(frozen=True)
class Exchange:
    """A swap with its people, ready to be shown."""

    before: list[list[Application]]
    after: list[list[Application]]
    gains: list[tuple[int, str]]
    people: list[tuple[Application, int]]


class PaperViews:
    """The page of a round's matching day that reads pairs from paper."""

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        name = "matching_paper"
        return [
            path("day/<int:round_id>/paper/", guarded(self.paper_view), name=name),
            path(
                "day/<int:round_id>/paper/let-go/",
                guarded(require_POST(self.let_go_view)),
                name=f"{name}_let_go",
            ),
            *super().get_urls(),
        ]

    def paper_view(self, request: HttpRequest, round_id: int) -> HttpResponse:
        """Judge pairs, and begin a draft with them."""
        pages.require(request, "matching.view_proposal", "matching.add_proposal")
        round_ = get_object_or_404(Round, pk=round_id)
        asked = (request.POST, request.FILES) if request.method == "POST" else ()
        form = PaperForm(round_, *asked)
        if form.is_valid() and "start" in request.POST:
            try:
                return self._start(request, form)
            except (paper.CannotStart, ValueError) as error:
                form.add_error(None, str(error))
        return pages.render(
            self,
            request,
            "paper.html",
            round_,
            title="Pairs from paper",
            step="After" if round_.published_at else "Look through",
            form=form,
            kept=Pin.objects.filter(round=round_, reason=FROM_PAPER).count(),
            **_judged(form),
        )

    def _start(self, request: HttpRequest, form: PaperForm) -> HttpResponse:
        pair_rest = form.cleaned_data["pair_rest"]
        draft = paper.start(
            form.round, form.by_hand, by=request.user, pair_rest=pair_rest
        )
        made_from = draft.made_with["source"]
        self.log_change(request, form.round, f"Began {draft} with {made_from}.")
        self.message_user(
            request, "Your pairs are a draft, and stay together.", messages.SUCCESS
        )
        return redirect(draft.get_admin_url())

    def let_go_view(self, request: HttpRequest, round_id: int) -> HttpResponse:
        """End what keeps pairs together that were on paper; drafts stay as they are."""
        pages.require(request, "matching.view_proposal", "matching.add_proposal")
        round_ = get_object_or_404(Round.objects.filter(published_at=None), pk=round_id)
        if count := paper.let_go(round_):
            self.log_change(request, round_, f"Let go of {count} pairs from paper.")
            self.message_user(
                request,
                "Pairs from paper are no longer kept together. Drafts stay as they are.",
                messages.SUCCESS,
            )
        return redirect("admin:matching_paper", round_id)


def _judged(form: PaperForm) -> dict[str, Any]:
    """How good the lines are that can be read; nothing before there are any."""
    by_hand = form.by_hand
    if not by_hand.groups:
        return {}
    try:
        found = judged(form.round, by_hand)
    except ValueError as error:
        form.add_error(None, str(error))
        return {}
    missing = [
        by_hand.applications[place]
        for violation in found.violations
        if violation.rule == MISSING
        for place in violation.people
    ]
    return {
        "judgement": found,
        "groups": len(by_hand.groups),
        "levels": [
            (LEVELS[level.name], level.reached, level.best, f"{level.share:.0%}")
            for level in found.levels
            if level.best or level.reached
        ],
        "broken": [*_broken(found, by_hand)],
        "missing": missing[:SHOWN],
        "more_missing": max(len(missing) - SHOWN, 0),
        "swaps": [*_exchanges(found, by_hand)],
    }


def _broken(found: Judgement, by_hand: HandMade) -> Iterator[str]:
    for one in found.violations:
        if one.group is not None:
            names = joined(by_hand.applications[place].name for place in one.people)
            words = RULES[one.rule].format(names)
            yield f"Line {by_hand.lines[one.group]}: {words}."


def _exchanges(found: Judgement, by_hand: HandMade) -> Iterator[Exchange]:
    def named(groups: Iterable[Group]) -> list[list[Application]]:
        return [[by_hand.applications[place] for place in group] for group in groups]

    for swap in found.swaps:
        yield Exchange(
            named(swap.before),
            named(swap.after),
            [(gain, LEVELS[name]) for name, gain in swap.gains.items()],
            [(by_hand.applications[place], gain) for place, gain in swap.people],
        )
