"""The page behind "Still in?": it asks, and only its buttons answer.

The link opens this question and nothing else about the person. It works until the deadline,
also after an answer: a thumb slips easily, and whoever may think again needs no organiser.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from iln.mail.tasks import nudge
from participants import services
from participants.models import Application
from participants.views.links import no_such_link

View = Callable[[HttpRequest, str], HttpResponse]


def _asked(token: str) -> Application | None:
    rows = Application.objects.select_related("round", "user")
    try:
        return rows.from_still_in_token(token)
    except (BadSignature, Application.DoesNotExist):
        return None


@never_cache
@login_not_required
def still_in(request: HttpRequest, token: str) -> HttpResponse:
    mine = _asked(token)
    if mine is None:
        return no_such_link(request)
    context = {"application": mine, "round": mine.round}
    return render(request, "participants/still_in/page.html", context)


def _answer(act: Callable[[Application], None]) -> View:
    """A button of the page; where it comes too late, the page says so."""

    @never_cache
    @login_not_required
    @require_POST
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        mine = _asked(token)
        if mine is None:
            return no_such_link(request)
        try:
            act(mine)
        except services.Refused as refusal:
            messages.warning(request, str(refusal))
        else:
            nudge()
        return redirect("participants:still_in", token)

    return answer


stay_in = _answer(services.stay_in)
sit_out = _answer(services.sit_out)
next_round = _answer(services.wait_for_next_round)
