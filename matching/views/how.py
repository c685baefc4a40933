"""What everybody may read about the matching."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from matching.examples import SHORT, judged
from rounds.levels import LEVELS, default_levels
from rounds.models import Round


@login_not_required
def how(request: HttpRequest) -> HttpResponse:
    """How we match, as the current round orders what matters."""
    round_ = Round.objects.current()
    levels = round_.levels if round_ else default_levels()
    context = {
        "round": round_,
        "levels": [LEVELS[level] for level in levels],
        "columns": [SHORT[level] for level in levels],
        "ways": [
            (way, [way.numbers[level] for level in levels]) for way in judged(levels)
        ],
    }
    return render(request, "matching/how.html", context)
