"""Matching day, first half: is the input ready, and the search for the best matching."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KT
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from matching.admin import pages
from matching.admin.drafts.compare import CompareViews
from matching.admin.drafts.paper import PaperViews
from matching.admin.log import LogViews
from matching.admin.looking import pair_list
from matching.admin.rehearsals import RehearsalViews
from matching.models import Proposal, Search
from matching.progress import percent
from matching.tasks import start_search
from participants.models.application import NOT_ASKED, SAID_YES
from rounds.models import Round

SLOW_TO_BEGIN = timedelta(seconds=15)
SILENT = timedelta(seconds=30)


@admin.register(Search)
class SearchAdmin(CompareViews, LogViews, PaperViews, RehearsalViews, admin.ModelAdmin):
    """A round's matching day, and the searches that were made on it."""

    list_display = ["round", "asked_by", "asked_at", "stage", "ended_at", "failure"]
    list_select_related = ["round", "asked_by"]
    list_filter = ["round"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Search | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Search | None = None
    ) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        name = "matching_matching_day"
        return [
            path("day/<int:round_id>/", guarded(self.day_view), name=name),
            path(
                "day/<int:round_id>/close/",
                guarded(self.close_view),
                name=f"{name}_close",
            ),
            path(
                "day/<int:round_id>/find/",
                guarded(require_POST(self.find_view)),
                name=f"{name}_find",
            ),
            path(
                "<int:search_id>/cancel/",
                guarded(require_POST(self.cancel_view)),
                name="matching_search_cancel",
            ),
            path(
                "<int:search_id>/progress/",
                guarded(self.progress_view),
                name="matching_search_progress",
            ),
            *super().get_urls(),
        ]

    def day_view(self, request: HttpRequest, round_id: int) -> HttpResponse:
        """Where the round stands, and what to do next."""
        pages.require(request, "matching.view_proposal")
        round_ = get_object_or_404(Round, pk=round_id)
        proposals = list(_proposals(round_))
        shown = _shown(proposals)
        search = round_.searches.first()
        return pages.render(
            self,
            request,
            "day.html",
            round_,
            title=f"Matching day: {round_}",
            counts=_counts(round_),
            search=search,
            others=[(p, pages.share_met(p.figures)) for p in proposals if p != shown],
            **_where(round_, shown),
            may_close=request.user.has_perm("rounds.change_round"),
            may_find=request.user.has_perm("matching.add_proposal"),
            may_rehearse=not round_.is_rehearsal
            and request.user.has_perm("rounds.add_round"),
        )

    def close_view(self, request: HttpRequest, round_id: int) -> HttpResponse:
        """Ask first: nobody can apply afterwards."""
        pages.require(request, "matching.view_proposal", "rounds.change_round")
        round_ = get_object_or_404(Round, pk=round_id)
        if request.method != "POST":
            return pages.render(
                self,
                request,
                "close.html",
                round_,
                title="Close sign-up now?",
                step="Ready?",
                counts=_counts(round_),
            )
        closed = Round.objects.in_sign_up().filter(pk=round_id)
        if closed.update(closes_at=timezone.now()):
            self.log_change(request, round_, "Closed sign-up.")
            self.message_user(request, "Sign-up is closed.", messages.SUCCESS)
        else:
            self.message_user(request, "Sign-up was not open.", messages.WARNING)
        return redirect("admin:matching_matching_day", round_id)

    def find_view(self, request: HttpRequest, round_id: int) -> HttpResponse:
        """Start the search, or lead to the one that is under way."""
        pages.require(request, "matching.view_proposal", "matching.add_proposal")
        round_ = get_object_or_404(Round, pk=round_id)
        if round_.published_at:
            self.message_user(
                request, f"{round_} has been published already.", messages.WARNING
            )
            return redirect("admin:matching_matching_day", round_id)
        again = _again(request, round_)
        search, called = start_search(round_, request.user, again)
        self.log_change(request, round_, f"Asked for the best matching ({search}).")
        if search.again != again:
            self.message_user(
                request,
                "Another search was under way already: this is that one.",
                messages.WARNING,
            )
        if not called:
            self.message_user(
                request,
                "The queue does not answer. Your search is kept and begins by itself as soon as it does.",
                messages.WARNING,
            )
        return redirect("admin:matching_search_progress", search.pk)

    def cancel_view(self, request: HttpRequest, search_id: int) -> HttpResponse:
        """End a search; what its worker finds all the same is not kept."""
        pages.require(request, "matching.view_proposal", "matching.add_proposal")
        search = get_object_or_404(Search.objects.select_related("round"), pk=search_id)
        if Search.objects.filter(pk=search_id).cancel():
            self.log_change(request, search.round, f"Cancelled a search ({search}).")
        else:
            self.message_user(
                request, "This search had ended already.", messages.WARNING
            )
        return redirect("admin:matching_search_progress", search_id)

    def progress_view(self, request: HttpRequest, search_id: int) -> HttpResponse:
        """How far a search has come; its proposal when it is done."""
        pages.require(request, "matching.view_proposal")
        search = get_object_or_404(
            Search.objects.select_related("round", "proposal", "asked_by"), pk=search_id
        )
        if search.proposal:
            return redirect(search.proposal.get_admin_url())
        now = timezone.now()
        return pages.render(
            self,
            request,
            "progress.html",
            search.round,
            title="Finding the best matching",
            step="Best matching",
            search=search,
            stages=_stages(search),
            percent=percent(search, now),
            seconds=int((now - search.asked_at).total_seconds()),
            is_slow_to_begin=not search.seen_at
            and now - search.asked_at > SLOW_TO_BEGIN,
            is_silent=search.seen_at and now - search.seen_at > SILENT,
            may_find=request.user.has_perm("matching.add_proposal"),
            day=reverse("admin:matching_matching_day", args=[search.round_id]),
        )


def _again(request: HttpRequest, round_: Round) -> Proposal | None:
    """The proposal whose question is to be asked once more; usually none."""
    number = request.POST.get("again", "")
    proposals = round_.proposals.defer("proof")
    return proposals.filter(pk=number).first() if number.isdecimal() else None


def _proposals(round_: Round) -> QuerySet[Proposal]:
    """All of a round, each with what it began with, and without what holds a line for each person."""
    proposals = round_.proposals.select_related("made_by")
    small = proposals.defer("made_with", "proof", "left_over")
    return small.annotate(source=KT("made_with__source"))


def _shown(proposals: list[Proposal]) -> Proposal | None:
    """The one that was published; before that, the newest draft."""
    published = [one for one in proposals if one.published_at and not one.is_repair]
    return next(iter([*published, *proposals]), None)


def _where(round_: Round, shown: Proposal | None) -> dict[str, Any]:
    """The step that comes next, and how far all of them have come."""
    reviews = pair_list.counts(shown) if shown else None
    step = _step(round_, reviews)
    names = ["ready", "best", "look", "publish", "after"]
    states = [one.state for one in pages.steps(step)]
    return {
        "step": step,
        "way": dict(zip(names, states, strict=True)),
        "proposal": shown,
        "figures": shown and pages.first_figures(shown),
        "reviews": reviews,
    }


def _step(round_: Round, reviews: dict[str, int] | None) -> str:
    if round_.published_at:
        return "After"
    is_open = timezone.now() < round_.closes_at
    if reviews is None:
        return "Ready?" if is_open else "Best matching"
    return "Look through" if is_open or reviews["to_review"] else "Publish"


def _counts(round_: Round) -> dict[str, int]:
    active = Q(withdrawn_at=None, sat_out_at=None)
    known, said_so = active & Q(confirmed_at__isnull=False), NOT_ASKED | SAID_YES
    return round_.applications.aggregate(
        confirmed=Count("pk", filter=known & said_so),
        countries=Count("country", filter=known & said_so, distinct=True),
        unconfirmed=Count("pk", filter=active & Q(confirmed_at=None)),
        unanswered=Count("pk", filter=known & ~said_so),
        sat_out=Count("pk", filter=Q(withdrawn_at=None, sat_out_at__isnull=False)),
        withdrawn=Count("pk", filter=Q(withdrawn_at__isnull=False)),
    )


def _stages(search: Search) -> list[pages.Step]:
    """The stages of a search as steps, the present one marked."""
    here = list(Search.Stage).index(Search.Stage(search.stage))
    return [
        pages.Step(
            stage.label,
            "",
            "now" if nth == here else "done" if nth < here else "later",
        )
        for nth, stage in enumerate(Search.Stage)
    ]
