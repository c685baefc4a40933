"""What the public sees of the rounds, and the pages that hold for all of them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.generic import DetailView, ListView

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


@method_decorator(login_not_required, name="dispatch")
class RoundList(ListView):
    """All rounds, by what a visitor can do about them."""

    model = Round
    template_name = "rounds/round_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rounds = context["object_list"]
        sections = {
            heading: [round_ for round_ in rounds if round_.phase in phases]
            for heading, phases in SECTIONS.items()
        }
        return context | {"sections": {k: v for k, v in sections.items() if v}}


@method_decorator(login_not_required, name="dispatch")
class RoundDetail(DetailView):
    model = Round
    template_name = "rounds/round_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"steps": timeline(self.object)}


@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "rounds/privacy.html")


@login_not_required
def conduct(request: HttpRequest) -> HttpResponse:
    return render(request, "rounds/conduct.html")
