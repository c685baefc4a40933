"""What the public sees of the rounds, and the pages that hold for all of them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from rounds.models import Round
from rounds.timeline import HOW_ANY_ROUND_GOES, timeline

SECTIONS = {
    "Open for applications": {Round.Phase.OPEN},
    "Coming": {Round.Phase.PLANNED},
    "Under way": {
        Round.Phase.CLOSED,
        Round.Phase.MATCHING,
        Round.Phase.INTRODUCED,
        Round.Phase.RUNNING,
    },
    "Ended": {Round.Phase.ENDED},
}


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    round_ = Round.objects.current()
    steps = timeline(round_) if round_ else HOW_ANY_ROUND_GOES
    return render(request, "rounds/home.html", {"round": round_, "steps": steps})


@login_not_required
def round_list(request: HttpRequest) -> HttpResponse:
    """All rounds, by what a visitor can do about them."""
    rounds = list(Round.objects.public())
    sections = {
        heading: [round_ for round_ in rounds if round_.phase in phases]
        for heading, phases in SECTIONS.items()
    }
    context = {"rounds": rounds, "sections": sections}
    return render(request, "rounds/round_list.html", context)


@login_not_required
def round_detail(request: HttpRequest, slug: str) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.public(), slug=slug)
    context = {"round": round_, "steps": timeline(round_)}
    return render(request, "rounds/round_detail.html", context)


@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    """With how long the next, or newest, round keeps what it is told."""
    context = {"round": Round.objects.current()}
    return render(request, "rounds/privacy.html", context)


@login_not_required
def conduct(request: HttpRequest) -> HttpResponse:
    return render(request, "rounds/conduct.html")
