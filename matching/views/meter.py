"""How many could be somebody's partner, asked anew with each wish that they change."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from matching.meter import meter
from participants.forms.steps import WISHES, typed_on
from participants.terms import Terms
from participants.views.browser import draft_of
from rounds.models import Round


@never_cache
@require_POST
@login_not_required
def count(request: HttpRequest, slug: str) -> HttpResponse:
    """For wishes as they stand in the form; what was typed before is in this browser's draft.

    Nothing is kept of it.
    """
    round_ = get_object_or_404(Round.objects.open(), slug=slug)
    draft = draft_of(request)
    if draft is None:
        raise Http404
    typed = {**draft.answers, **typed_on(WISHES, request.POST)}
    told = meter(round_, draft, typed, Terms())
    return render(request, "matching/_meter.html", {"round": round_, "meter": told})
