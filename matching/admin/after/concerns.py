"""Who told us that they cannot work with their partner, and what organisers do about it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from matching.admin import pages
from matching.after import concerns
from matching.after.aftercare import Reach
from matching.models import Concern
from rounds.models import Round

SHOWN = 50
ACTS = {
    "see": (concerns.see, "You have taken this on."),
    "settle": (concerns.settle, "This is settled."),
}


def told(request: HttpRequest, round_: Round, reach: Reach) -> list[Concern]:
    return list(concerns.concerns(round_, reach, request.user)[:SHOWN])


def act(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach, pk: int
) -> HttpResponse:
    """Take one on, or settle it."""
    may_act = request.user.has_perm("matching.publish_proposal")
    if reach.countries is None and not may_act:
        raise PermissionDenied
    rows = concerns.concerns(round_, reach, request.user)
    concern = get_object_or_404(rows.select_related("seat__proposal"), pk=pk)
    do, words = ACTS.get(request.POST.get("act", ""), ACTS["see"])
    do(concern, request.user)
    people = [concern.seat.application]
    pages.note(admin, request, concern.seat.proposal, f"{concern}: {words}", people)
    admin.message_user(request, words, messages.SUCCESS)
    return redirect("admin:matching_after", round_.pk)
