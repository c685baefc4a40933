"""Matching day, second half: look through a proposal, and publish it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from iln.mail.preview import framed
from iln.mail.tasks import nudge
from matching import emails, left_over, prechecks, publishing, wording
from matching.admin import pages, pairs
from matching.models import Match, Proposal, Seat
from participants.models import Application
from participants.terms import Terms
from rounds.models import Round


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
            path(
                "<int:pk>/publish/", guarded(self.publish_view), name=f"{name}_publish"
            ),
            path(
                "<int:pk>/mail/<int:seat_id>/",
                guarded(framed(self.mail_view)),
                name=f"{name}_mail",
            ),
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

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask first: introductions cannot be recalled."""
        pages.require(request, "matching.view_proposal", "matching.publish_proposal")
        proposal = get_object_or_404(_proposals(), pk=pk)
        if request.method != "POST":
            return self._ask_to_publish(request, proposal)
        try:
            at_once = "at_once" in request.POST
            publishing.publish(proposal, request.user, at_once=at_once)
        except prechecks.CannotPublish as error:
            self.message_user(request, str(error), messages.WARNING)
        else:
            nudge()
            self.log_change(request, proposal, "Published: introductions are queued.")
            self.message_user(
                request,
                format_html(
                    'Introductions are on their way. <a href="{}">See the outbox</a>',
                    reverse("admin:mail_message_changelist"),
                ),
                messages.SUCCESS,
            )
        return redirect(proposal.get_admin_url())

    def _ask_to_publish(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        seats = list(
            proposal.seats.select_related("application").order_by(
                "match_id", "position"
            )
        )
        return pages.render(
            self,
            request,
            "proposal/publish.html",
            proposal.round,
            title="Publish, and introduce everybody?",
            step="Publish",
            proposal=proposal,
            refusal=_refusal(proposal),
            introductions=len(seats),
            countries=len({seat.application.country for seat in seats}),
            unmatched=proposal.unmatched.count(),
            days=_days(proposal.round, seats),
            must_wait=proposal.round.introduces_at > timezone.now(),
            sample=seats[0] if seats else None,
        )

    def mail_view(self, request: HttpRequest, pk: int, seat_id: int) -> HttpResponse:
        """One introduction as it will arrive, for the frame on the page that asks."""
        pages.require(request, "matching.view_proposal")
        seat = get_object_or_404(Seat.objects.in_full().filter(proposal=pk), pk=seat_id)
        message = emails.introduction(seat, Terms(), timezone.now())
        return HttpResponse(message.html)


def _proposals() -> QuerySet[Proposal]:
    return Proposal.objects.select_related("round").defer("proof")


def _causes(proposal: Proposal, unmatched: list[Application]) -> list[left_over.Cause]:
    return unmatched and left_over.causes(proposal.left_over, unmatched, Terms())


def _refusal(proposal: Proposal) -> str:
    """Why it cannot be published as things are, before anybody tries."""
    try:
        prechecks.check(proposal.round, proposal)
    except prechecks.CannotPublish as error:
        return str(error)
    return ""


def _days(round_: Round, seats: list[Seat]) -> dict[date, int]:
    """How many introductions leave on which day."""
    sizes = Counter(seat.match_id for seat in seats)
    days: Counter[date] = Counter()
    for size, due_at in zip(
        sizes.values(), publishing.due_dates(round_, len(sizes)), strict=True
    ):
        days[due_at.date()] += size
    return dict(days)
