"""Matching day, second half: look through a proposal."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from matching import left_over, wording
from matching.admin import changes, pages, pairs, publish, sending
from matching.models import Match, Proposal
from participants.models import Application
from participants.terms import Terms


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
        match = get_object_or_404(
            Match.objects.in_full().filter(proposal=pk), pk=match_id
        )
        return self._review(request, get_object_or_404(_proposals(), pk=pk), match)

    def _review(
        self, request: HttpRequest, proposal: Proposal, chosen: Match | None = None
    ) -> HttpResponse:
        query, shown = request.GET.get("q", "").strip(), request.GET.get("show", "")
        page = pairs.page(proposal, query, shown, request.GET.get("p"))
        match = chosen or pairs.first_in_full(page)
        unmatched = list(proposal.unmatched.order_by("name").prefetch_related("wishes"))
        return pages.render(
            self,
            request,
            "proposal/review.html",
            proposal.round,
            title=f"{proposal} for {proposal.round}",
            step="After" if proposal.published_at else "Look through",
            proposal=proposal,
            figures=pages.figures(proposal),
            page=page,
            query=query,
            shown=shown,
            filters=pairs.SHOWN,
            match=match,
            **pairs.neighbours(page, match),
            is_chosen=chosen is not None,
            sides=pairs.sides(match) if match else [],
            awake=wording.duration(match.minutes_awake) if match else "",
            day=pairs.day(match) if match else None,
            unmatched=unmatched,
            causes=_causes(proposal, unmatched),
            may_publish=request.user.has_perm("matching.publish_proposal"),
            may_delete=self.has_delete_permission(request, proposal),
        )

    def certificate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The proof as a file."""
        pages.require(request, "matching.view_proposal")
        proposal = get_object_or_404(Proposal.objects.exclude(proof={}), pk=pk)
        name = f"certificate-{proposal.pk}.json"
        headers = {"Content-Disposition": f"attachment; filename={name}"}
        return JsonResponse(proposal.proof, headers=headers)


def _proposals() -> QuerySet[Proposal]:
    return Proposal.objects.select_related("round").defer("proof")


def _causes(proposal: Proposal, unmatched: list[Application]) -> list[left_over.Cause]:
    return unmatched and left_over.causes(proposal.left_over, unmatched, Terms())
