"""How was it? The survey at the end of a round, and the way to the next one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from matching.after import survey as surveys
from matching.after.aftercare import Refused
from matching.forms import SurveyForm
from matching.models import Survey
from matching.views.by_link import by_link
from participants.sessions import participant
from rounds.models import Round


def _survey(token: str) -> Survey:
    return Survey.objects.from_token(token)


@by_link(_survey)
def survey(request: HttpRequest, asked: Survey, token: str) -> HttpResponse:
    """The questions, with what they said before; only the button keeps an answer."""
    if not asked.is_open:
        return _page(request, "closed", asked)
    form = SurveyForm(
        request.POST if request.method == "POST" else None, instance=asked
    )
    if form.is_valid():
        try:
            surveys.answer(asked)
        except Refused:
            return _page(request, "closed", asked)
        return redirect("matching:survey_answered", token)
    return _page(request, "survey", asked, form=form)


@by_link(_survey)
def answered(request: HttpRequest, asked: Survey, token: str) -> HttpResponse:
    """Thanks, and the next round."""
    if not asked.answered_at:
        return redirect("matching:survey", token)
    return _page(request, "answered", asked, token=token)


def _page(
    request: HttpRequest, name: str, asked: Survey, **context: Any
) -> HttpResponse:
    """With the next round, which whoever is signed in can join in one click."""
    me = asked.seat.application
    context |= {
        "survey": asked,
        "round": me.round,
        "application": me,
        "next_round": Round.objects.open().order_by("closes_at").first(),
        "signed_in": participant(request) == me.user,
    }
    return render(request, f"matching/survey/{name}.html", context)
