"""Matching day, second half: look through a proposal."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.cache import cache
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from matching import left_over, told
from matching.admin import pages
from matching.admin.changing import changes
from matching.admin.looking import charts, pair_list, pairs
from matching.admin.looking.changed import both_versions
from matching.admin.looking.small_print import small_print
from matching.admin.publishing import publish, sending
from matching.after import repairing
from matching.drafts import reviewing
from matching.models import Match, Proposal
from participants.models import Application
from participants.terms import Terms

NAMED, HALF_A_MINUTE = 5, 30


@admin.register(Proposal)
class ProposalAdmin(admin.ModelAdmin):
    """Compare proposals, look into one, publish it. Nothing here edits a proposal."""

    list_display = [
        "__str__",
        "round",
        "matched",
        "wishes_met",
        "made_by",
        "made_at",
        "published_at",
    ]
    list_select_related = ["round", "made_by"]
    list_filter = ["round"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        """Without what holds a line for each person."""
        return super().get_queryset(request).defer("made_with", "proof", "left_over")

    @admin.display(description="matched")
    def matched(self, proposal: Proposal) -> str:
        return str(proposal.figures.get("matched", "–"))

    @admin.display(description="wishes met")
    def wishes_met(self, proposal: Proposal) -> str:
        return pages.share_met(proposal.figures)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Proposal | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Proposal | None = None
    ) -> bool:
        is_draft = obj is None or obj.published_at is None
        return is_draft and super().has_delete_permission(request, obj)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> list[Any]:
        """One by one, so that each has a line in the decision log."""
        return [
            super(ProposalAdmin, self).log_deletions(request, [one]) for one in queryset
        ]

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        name = "matching_proposal"
        return [
            path(
                "<int:pk>/pair/<int:match_id>/",
                guarded(self.pair_view),
                name=f"{name}_pair",
            ),
            path(
                "<int:pk>/pair/<int:match_id>/review/",
                guarded(require_POST(self.mark_view)),
                name=f"{name}_mark",
            ),
            path(
                "<int:pk>/pair/<int:match_id>/unreview/",
                guarded(require_POST(self.unmark_view)),
                name=f"{name}_unmark",
            ),
            path(
                "<int:pk>/certificate.json",
                guarded(self.certificate_view),
                name=f"{name}_certificate",
            ),
            *changes.urls(self),
            *publish.urls(self),
            *sending.urls(self),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The proposal at a glance, with its list of pairs."""
        pages.require(request, "matching.view_proposal")
        proposal = self.get_object(request, object_id)
        if proposal is None:
            raise Http404
        return self._review(request, proposal)

    def pair_view(self, request: HttpRequest, pk: int, match_id: int) -> HttpResponse:
        """One pair in full, beside the list."""
        pages.require(request, "matching.view_proposal")
        match = get_object_or_404(pairs.in_full().filter(proposal=pk), pk=match_id)
        return self._review(request, get_object_or_404(_proposals(), pk=pk), match)

    def _review(
        self, request: HttpRequest, proposal: Proposal, chosen: Match | None = None
    ) -> HttpResponse:
        form, found = pair_list.asked_for(request.GET, proposal)
        page = found.page(request.GET.get("p"), chosen and chosen.pk)
        match = chosen or pairs.in_full().filter(pk__in=_first(page)).first()
        counts = pair_list.counts(proposal)
        return pages.render(
            self,
            request,
            "proposal/review.html",
            proposal.round,
            title=f"{proposal} for {proposal.round}",
            step="After" if proposal.round.published_at else "Look through",
            note="" if proposal.round.published_at else _reviewed(counts),
            seen=[seat.application for seat in match.seats.all()] if match else [],
            proposal=proposal,
            came_since=proposal.is_repair
            and proposal.is_changeable
            and repairing.came_since(proposal).count(),
            figures=pages.figures(proposal),
            form=form,
            page=page,
            counts=counts,
            first_to_review=found.next_to_review(),
            is_chosen=chosen is not None,
            may_review=proposal.published_at is None
            and request.user.has_perm("matching.change_proposal"),
            may_publish=request.user.has_perm("matching.publish_proposal"),
            may_delete=self.has_delete_permission(request, proposal),
            **_since(proposal, page, chosen),
            **({} if chosen else _overview(proposal)),
            **(pairs.side_by_side(match) | found.around(match.pk) if match else {}),
        )

    def mark_view(self, request: HttpRequest, pk: int, match_id: int) -> HttpResponse:
        """Note that a pair has been looked at, and open the next."""
        proposal, match = self._to_review(request, pk, match_id)
        if match is None:
            return redirect(proposal.get_admin_url())
        _, found = pair_list.asked_for(request.GET, proposal)
        following = found.next_to_review(match_id)
        reviewing.mark(match, request.user)
        pages.note(self, request, proposal, f"Reviewed {match}.", _people(match))
        if following is None:
            self.message_user(
                request, "All of these pairs are reviewed.", messages.SUCCESS
            )
            return redirect(proposal.get_admin_url())
        return redirect(_pair_url(request, pk, following))

    def unmark_view(self, request: HttpRequest, pk: int, match_id: int) -> HttpResponse:
        proposal, match = self._to_review(request, pk, match_id)
        if match is None:
            return redirect(proposal.get_admin_url())
        reviewing.unmark(match)
        words = f"To be reviewed again: {match}."
        pages.note(self, request, proposal, words, _people(match))
        return redirect(_pair_url(request, pk, match_id))

    def _to_review(
        self, request: HttpRequest, pk: int, match_id: int
    ) -> tuple[Proposal, Match | None]:
        """The pair on the page that was sent; none, with a word on it, where it has changed."""
        pages.require(request, "matching.view_proposal", "matching.change_proposal")
        proposal = get_object_or_404(_proposals(), pk=pk)
        match = proposal.matches.filter(pk=match_id).first()
        if match is None:
            self.message_user(
                request,
                "Somebody has changed this pair meanwhile, so it waits to be looked at anew.",
                messages.WARNING,
            )
        return proposal, match

    def certificate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The proof as a file."""
        pages.require(request, "matching.view_proposal")
        proposal = get_object_or_404(Proposal.objects.exclude(proof={}), pk=pk)
        name = f"certificate-{proposal.pk}.json"
        headers = {"Content-Disposition": f"attachment; filename={name}"}
        return JsonResponse(proposal.proof, headers=headers)


def _proposals() -> QuerySet[Proposal]:
    return Proposal.objects.select_related("round").defer("proof")


def _people(match: Match) -> list[Application]:
    return [*Application.objects.filter(seats__match=match)]


def _causes(proposal: Proposal, unmatched: list[Application]) -> list[left_over.Cause]:
    return unmatched and left_over.causes(proposal.left_over, unmatched, Terms())


def _pair_url(request: HttpRequest, pk: int, match_id: int) -> str:
    """A pair's page, for whoever looks for the same pairs as on this one."""
    url = reverse("admin:matching_proposal_pair", args=[pk, match_id])
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return f"{url}{query}#pair"


def _first(page: Page) -> list[int]:
    return [match.pk for match in page[:1]]


def _reviewed(counts: dict[str, int]) -> str:
    return f"{counts['all'] - counts['to_review']} of {counts['all']} reviewed"


def _since(proposal: Proposal, page: Page, chosen: Match | None) -> dict[str, Any]:
    """Who is not as a draft was told: marked in the list, both versions beside a pair.

    Everybody is counted on the page of a whole proposal only.
    """
    if not proposal.is_changeable:
        return {}
    listed = {seat.application_id for match in page for seat in match.seats.all()}
    here = {seat.application_id for seat in chosen.seats.all()} if chosen else set()
    who = told.changed(proposal, listed | here)
    mine = [one for key, one in who.items() if key in here]
    names = [] if chosen else _names_of_changed(proposal)
    return {
        "since": {*who},
        "since_count": len(names),
        "since_names": names[:NAMED],
        "changed": both_versions(mine, Terms()) if mine else [],
    }


def _names_of_changed(proposal: Proposal) -> list[str]:
    """Everybody who is not as the draft was told, by name; looked up twice a minute at most."""

    def look() -> list[str]:
        who = told.changed(proposal).values()
        return sorted(one.application.name for one in who)

    key = f"matching.changed.{proposal.pk}.{proposal.made_with.get('input', '')}"
    return cache.get_or_set(key, look, HALF_A_MINUTE) or []


def _overview(proposal: Proposal) -> dict[str, Any]:
    """What the page of a whole proposal says, and the page of one pair does not."""
    unmatched = list(proposal.unmatched.order_by("name").prefetch_related("wishes"))
    return {
        "charts": charts.charts(proposal),
        "small_print": small_print(proposal),
        "unmatched": unmatched,
        "causes": _causes(proposal, unmatched),
    }
