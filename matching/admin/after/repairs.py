"""After publication: find partners for those who wait. The draft is looked through like any other."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from matching.admin import pages
from matching.after import repairing
from matching.after.aftercare import Reach, Refused
from rounds.models import Round

# Liaisons do not have these permissions.
MAY_FIND = ("matching.view_proposal", "matching.add_proposal")


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
    return redirect(proposal.get_admin_url())


def look(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach, pk: int
) -> HttpResponse:
    """Where a draft is looked through, changed and published."""
    pages.require(request, "matching.view_proposal")
    proposal = get_object_or_404(round_.proposals.repairs(), pk=pk)
    return redirect(proposal.get_admin_url())
