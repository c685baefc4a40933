"""What all pages of matching day share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse

from matching.models import Proposal
from participants.access import log_access
from participants.models import Application
from rounds.models import Round

STEPS = {
    "Ready?": "who takes part",
    "Best matching": "found by the computer",
    "Look through": "every pair, and why",
    "Publish": "asks before it sends",
    "After": "introductions on their way",
}


@dataclass(frozen=True)
class Step:
    name: str
    note: str
    state: str


def steps(now: str, note: str = "") -> list[Step]:
    """The way through matching day, for a page that belongs to the step `now`.

    `note`: how far that step has come, where there is more to say than what it is.
    """
    notes = STEPS | {now: note or STEPS[now]}
    names = list(notes)
    here = names.index(now)
    states = ["done"] * here + ["now"] + ["later"] * (len(names) - here - 1)
    return [
        Step(*step, state) for step, state in zip(notes.items(), states, strict=True)
    ]


def render(
    admin: ModelAdmin,
    request: HttpRequest,
    template: str,
    round_: Round,
    *,
    title: str,
    step: str,
    note: str = "",
    seen: Iterable[Application] = (),
    **context: Any,
) -> TemplateResponse:
    """A page of matching day, with its round, its steps and the admin's own frame.

    `seen`: whose application or address it shows in full, which is noted for them.
    """
    if seen:
        people = [application.user_id for application in seen]
        log_access(request, people, f"matching day, {template.removesuffix('.html')}")
    return TemplateResponse(
        request,
        f"admin/matching/{template}",
        admin.admin_site.each_context(request)
        | {
            "opts": admin.opts,
            "round": round_,
            "title": title,
            "steps": steps(step, note),
        }
        | {"is_nav_sidebar_enabled": False}
        | context,
    )


def require(request: HttpRequest, *permissions: str) -> None:
    if not request.user.has_perms(permissions):
        raise PermissionDenied


def note(
    admin: ModelAdmin,
    request: HttpRequest,
    about: Proposal | Round,
    words: str,
    people: Iterable[Application] = (),
) -> None:
    """Keep who did what to a proposal or a round, when, and to whom."""
    entry: Any = admin.log_change(request, about, words)
    entry.line.people.set([person.user_id for person in people])


def figures(proposal: Proposal) -> list[tuple[str, str]]:
    """The numbers that say how good a proposal is, each with its caption."""
    of = defaultdict(lambda: "–", proposal.figures)
    threes = "group" if of["groups_of_three"] == 1 else "groups"
    return [
        (str(of["matched"]), f"of {of['applicants']} matched"),
        (share_met(proposal.figures), "of wishes met"),
        (str(of["none_met"]), "with no wish met"),
        (str(of["unmatched"]), "left over"),
        (str(of["groups_of_three"]), f"{threes} of three"),
        (str(of["countries"]), f"countries, {of['links']} links"),
    ]


def first_figures(proposal: Proposal) -> list[tuple[str, str]]:
    """The four that come first."""
    matched, met, none_met, *_, countries = figures(proposal)
    return [matched, met, none_met, countries]


def share_met(figures: dict[str, Any]) -> str:
    wishes = figures.get("wishes", 0)
    return f"{round(100 * figures['wishes_met'] / wishes)} %" if wishes else "–"
