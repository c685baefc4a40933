"""After publication: find partners for those who wait, look them through, introduce them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from iln.mail.tasks import nudge
from matching.admin import pages
from matching.after import repairing
from matching.after.aftercare import Reach, Refused
from matching.models import Match, Proposal
from matching.models.proposal import ProposalQuerySet
from matching.publishing.prechecks import CannotPublish
from rounds.models import Round

# Liaisons have neither of these permissions.
MAY_FIND = ("matching.view_proposal", "matching.add_proposal")
MAY_PUBLISH = ("matching.view_proposal", "matching.publish_proposal")


def find(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach
) -> HttpResponse:
    """Find partners for those who wait; a draft before is replaced."""
    pages.require(request, *MAY_FIND)
    try:
        proposal = repairing.find(round_, request.user)
    except Refused as refusal:
        admin.message_user(request, str(refusal), messages.WARNING)
        return redirect("admin:matching_after", round_.pk)
    pages.note(admin, request, proposal, "Found partners for those who wait.")
    return redirect("admin:matching_after_repair", round_.pk, proposal.pk)


def look(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach, pk: int
) -> HttpResponse:
    """The new pairs, with their mails: ask before they are introduced."""
    pages.require(request, "matching.view_proposal")
    proposal = get_object_or_404(_drafts(round_), pk=pk)
    matches = list(proposal.matches.in_full())
    seats = [seat for match in matches for seat in match.seats.all()]
    return pages.render(
        admin,
        request,
        "after_repair.html",
        round_,
        title="Partners for those who wait",
        step="After",
        reach=reach,
        proposal=proposal,
        matches=matches,
        people=len(seats),
        countries=len({seat.application.country.code for seat in seats}),
        alone=proposal.unmatched.order_by("name", "pk"),
        may_find=request.user.has_perms(MAY_FIND),
        may_publish=request.user.has_perms(MAY_PUBLISH),
    )


def publish(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach, pk: int
) -> HttpResponse:
    """Introduce them."""
    pages.require(request, *MAY_PUBLISH)
    proposal = get_object_or_404(round_.proposals.repairs(), pk=pk)
    try:
        repairing.publish(proposal, request.user)
    except CannotPublish as error:
        admin.message_user(request, str(error), messages.WARNING)
        if not proposal.published_at:
            return redirect("admin:matching_after_repair", round_.pk, pk)
    else:
        nudge()
        pages.note(admin, request, proposal, "Published beside the working pairs.")
        words = "Published. Their introductions are on their way."
        admin.message_user(request, words, messages.SUCCESS)
    return redirect("admin:matching_after", round_.pk)


def leave_out(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach, pk: int
) -> HttpResponse:
    """Take one pair out; its people wait on."""
    pages.require(request, *MAY_FIND)
    matches = Match.objects.filter(proposal__in=_drafts(round_))
    match = get_object_or_404(matches.select_related("proposal"), pk=pk)
    proposal = match.proposal
    try:
        repairing.leave_out(proposal, match)
    except CannotPublish as error:
        admin.message_user(request, str(error), messages.WARNING)
        return redirect("admin:matching_after", round_.pk)
    pages.note(admin, request, proposal, f"Left out match {pk}.")
    return redirect("admin:matching_after_repair", round_.pk, proposal.pk)


def _drafts(round_: Round) -> ProposalQuerySet:
    return Proposal.objects.repairs().drafts().filter(round=round_)
