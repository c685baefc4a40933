"""“Not who I can work with”: asked for on a page, kept by a button, told to organisers only."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from iln.mail.tasks import nudge
from matching.after import aftercare, concerns
from matching.forms import ConcernForm
from matching.views.partner import require_partners, seat_of
from participants.models import User
from participants.sessions import for_participants


@for_participants
def concern(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """A page that asks, with room for words."""
    seat = require_partners(seat_of(user, pk))
    form = ConcernForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            concerns.tell(seat, form.cleaned_data["words"])
        except aftercare.Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect("matching:partner", pk)
        nudge()
        return redirect("matching:concern_told", pk)
    context = {"form": form, "match_id": pk, "round": seat.application.round}
    return render(request, "matching/partner/concern.html", context)


@for_participants
def told(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Thanks, and what happens now."""
    seat = seat_of(user, pk)
    context = {"seat": seat, "match_id": pk, "round": seat.application.round}
    return render(request, "matching/partner/concern_told.html", context)
