"""Matching day: change a draft. Each step says first what it costs, and who pays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from matching.admin import pages
from matching.admin.changing import prices
from matching.admin.looking.changed import both_versions
from matching.changing import steps
from matching.changing.alternatives import choices
from matching.changing.choosing import Draft, Group, Refused, read
from matching.changing.steps import ChangedSince, Stale
from matching.models import Proposal, Seat, Step
from matching.wording import joined
from participants.models import Application
from participants.terms import Terms

Kind = Step.Kind
TYPED = ("reason", "words")
TITLES = {
    Kind.TOGETHER: "Put {} together?",
    Kind.APART: "Keep {} apart?",
    Kind.SWAP: "Swap {}?",
    Kind.ASIDE: "Take {} out of this round?",
    Kind.RELEASE: "Let go of what was decided about {}?",
}
DONE = {
    Kind.TOGETHER: "{} are together, and stay so.",
    Kind.APART: "{} are kept apart.",
    Kind.SWAP: "{} have swapped places.",
    Kind.ASIDE: "{} is out of this round.",
    Kind.RELEASE: "{}: let go.",
}


def urls(admin: ModelAdmin) -> list[URLPattern]:
    """For the admin of proposals."""
    guarded, name = admin.admin_site.admin_view, "matching_proposal"
    return [
        path("<int:pk>/step/", guarded(partial(step, admin)), name=f"{name}_step"),
        path(
            "<int:pk>/who-else/<int:application_id>/",
            guarded(partial(who_else, admin)),
            name=f"{name}_who_else",
        ),
        path(
            "<int:pk>/undo/",
            guarded(require_POST(partial(back_or_forth, admin, steps.undo))),
            name=f"{name}_undo",
        ),
        path(
            "<int:pk>/redo/",
            guarded(require_POST(partial(back_or_forth, admin, steps.redo))),
            name=f"{name}_redo",
        ),
    ]


class StepForm(forms.Form):
    """What to do with whom, and why; the number says which draft the organiser saw."""

    kind = forms.ChoiceField(choices=Kind.choices, widget=forms.HiddenInput)
    people = forms.CharField(widget=forms.HiddenInput)
    number = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why? It is kept in the log.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say in a few words why, please."},
    )
    words = forms.CharField(
        label="A sentence for them, in the mail that tells them (optional)",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def step(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """What a step would change and cost; and, once there is a reason, the step."""
    proposal = _proposal(request, pk)
    asked = request.POST if request.method == "POST" else request.GET
    kind, people = _kind(asked.get("kind")), _people(asked.getlist("people"))
    form = StepForm(request.POST) if request.method == "POST" else None
    if form is None or not form.is_valid():
        return _ask(admin, request, proposal, kind, people, form)
    number, said = form.cleaned_data["number"], _said(form, kind)
    try:
        done = steps.take(proposal, number, kind, people, by=request.user, **said)
    except Stale:
        return _ask(admin, request, proposal, kind, people, form, seen=number)
    except Refused as refusal:
        return _refuse(admin, request, proposal, refusal)
    admin.log_change(request, proposal, f"Took {done} ({done.kind}).")
    words = DONE[kind].format(_names(people))
    messages.success(request, words)
    return redirect(_page_of(proposal, people))


def _said(form: StepForm, kind: Kind) -> dict[str, str]:
    """Why; and what somebody who is set aside reads of it."""
    words = form.cleaned_data["words"] if kind == Kind.ASIDE else ""
    return {"reason": form.cleaned_data["reason"], "words": words}


def back_or_forth(
    admin: ModelAdmin,
    act: Callable[..., Step],
    request: HttpRequest,
    pk: int,
) -> HttpResponse:
    """Undo the last step, or do again what was undone."""
    proposal = _proposal(request, pk)
    number = request.POST.get("number", "")
    seen = int(number) if number.isdecimal() else 0
    try:
        done = act(proposal, seen, request.user)
    except Stale as refusal:
        anyway = _anyway(proposal, act)
        return _refuse(admin, request, proposal, refusal, seen=seen, anyway=anyway)
    except Refused as refusal:
        return _refuse(admin, request, proposal, refusal)
    word = "Undone" if done.undone_at else "Done again"
    admin.log_change(request, proposal, f"{word}: {done}.")
    messages.success(request, f"{word}: {done.in_words}.")
    people = [*done.people.values_list("pk", flat=True)]
    return redirect(_page_of(proposal, people))


def _anyway(proposal: Proposal, act: Callable[..., Step]) -> dict[str, Any] | None:
    """What the same button would undo, or do again, on the draft as it is now."""
    all_steps = proposal.steps.prefetch_related("people")
    is_undo = act is steps.undo
    step = all_steps.to_undo() if is_undo else all_steps.to_redo()
    if step is None or not proposal.is_changeable:
        return None
    name = "admin:matching_proposal_undo" if is_undo else "admin:matching_proposal_redo"
    return {
        "url": reverse(name, args=[proposal.pk]),
        "number": all_steps.latest_number(),
        "words": f"{'Undo' if is_undo else 'Do again'} all the same: {step.in_words}",
    }


def who_else(
    admin: ModelAdmin, request: HttpRequest, pk: int, application_id: int
) -> HttpResponse:
    """Whom somebody could be with instead, and all else that could be done about them."""
    proposal = _proposal(request, pk)
    try:
        draft = read(proposal)
        found = choices(draft, application_id)
    except Refused as refusal:
        return _refuse(admin, request, proposal, refusal)
    if found is None:
        raise Http404
    person = get_object_or_404(Application, pk=application_id)
    others = [key for key in draft.group(person.pk) if key != person.pk]
    return pages.render(
        admin,
        request,
        "proposal/who_else.html",
        proposal.round,
        title=f"Who else for {person.name}?",
        step="After" if proposal.is_repair else "Look through",
        proposal=proposal,
        person=person,
        partners=_names(others),
        page=_page_of(proposal, [person.pk]),
        choices=found,
    )


# --- The page that asks -------------------------------------------------------


def _ask(
    admin: ModelAdmin,
    request: HttpRequest,
    proposal: Proposal,
    kind: Kind,
    people: list[int],
    form: StepForm | None,
    seen: int | None = None,
) -> HttpResponse:
    """With what has changed meanwhile, where the organiser saw an older draft."""
    try:
        look = steps.look(proposal, kind, people)
    except Refused as refusal:
        return _refuse(admin, request, proposal, refusal, seen=seen)
    fates = prices.fates(look)
    names, number = _names(people), look.draft.number
    hidden = {"kind": kind, "people": ",".join(map(str, people)), "number": number}
    if form is None or seen is not None:
        typed = {name: form.data.get(name, "") for name in TYPED} if form else {}
        form = StepForm(initial=hidden | typed)
    page = pages.render(
        admin,
        request,
        "proposal/step.html",
        proposal.round,
        title=_title(look.draft, kind, people).format(names),
        step="After" if proposal.is_repair else "Look through",
        proposal=proposal,
        kind=kind,
        form=form,
        hidden=hidden,
        fates=fates,
        who_pays=prices.who_pays(fates),
        whole_round=[*prices.whole_round(look)],
        lifted=[_names(one.people) for one in look.lifts],
        meanwhile=_meanwhile(proposal, look.draft, seen, people),
        page=_page_of(proposal, people),
    )
    page.status_code = 200 if seen is None else 409
    return page


def _title(draft: Draft, kind: Kind, people: list[int]) -> str:
    if kind == Kind.TOGETHER and tuple(sorted(people)) in draft.groups:
        return "Keep {} together?"
    if kind == Kind.ASIDE and draft.proposal.is_repair:
        return "Find no partner for {} now?"
    return TITLES[kind]


def _refuse(
    admin: ModelAdmin,
    request: HttpRequest,
    proposal: Proposal,
    refusal: Refused,
    seen: int | None = None,
    anyway: dict[str, Any] | None = None,
) -> HttpResponse:
    """Why it cannot be done, and the way back; both versions of who has changed since."""
    who = refusal.who if isinstance(refusal, ChangedSince) else []
    page = pages.render(
        admin,
        request,
        "proposal/refused.html",
        proposal.round,
        title="This cannot be done",
        step="After" if proposal.round.published_at else "Look through",
        proposal=proposal,
        refusal=str(refusal),
        changed=both_versions(who, Terms()) if who else [],
        meanwhile=_seen(proposal, seen),
        anyway=anyway,
    )
    page.status_code = 409
    return page


def _seen(proposal: Proposal, seen: int | None) -> dict[str, Any] | None:
    """What others did since; nothing of a draft that can no longer be changed at all."""
    try:
        return _meanwhile(proposal, read(proposal), seen, [])
    except Refused:
        return None


# --- What has changed meanwhile -----------------------------------------------


def _meanwhile(
    proposal: Proposal, draft: Draft, seen: int | None, people: list[int]
) -> dict[str, Any] | None:
    """What others did since an organiser looked, and whom these people were and are with."""
    if seen is None:
        return None
    steps = proposal.steps.since(seen).select_related("made_by", "undone_by")
    acts = sorted(_acts(steps, seen), key=lambda act: act[0])
    return {
        "acts": [(step, undone) for _, step, undone in acts],
        "people": [
            (
                _names([key]),
                _with(key, _then(draft, acts, key)),
                _with(key, draft.group(key)),
            )
            for key in people
        ],
    }


def _acts(steps: Any, seen: int) -> Iterator[tuple[int, Step, bool]]:
    """What was done and undone, with the number that the draft then had."""
    for one in steps:
        if one.number > seen:
            yield one.number, one, False
        if one.undone_number > seen:
            yield one.undone_number, one, True


def _then(draft: Draft, acts: list[tuple[int, Step, bool]], key: int) -> Group:
    """Whom somebody was with before these acts: the first that moved them tells."""
    for _, one, undone in acts:
        for group in one.after if undone else one.before:
            if key in group:
                return tuple(group)
    return draft.group(key)


def _with(key: int, group: Group) -> str:
    others = [other for other in group if other != key]
    return f"with {_names(others)}" if others else "with nobody"


# --- Small things -------------------------------------------------------------


def _proposal(request: HttpRequest, pk: int) -> Proposal:
    pages.require(request, "matching.view_proposal", "matching.change_proposal")
    proposals = Proposal.objects.select_related("round").defer("proof", "made_with")
    return get_object_or_404(proposals, pk=pk)


def _kind(word: str | None) -> Kind:
    if word not in Kind.values:
        raise Http404
    return Kind(word)


def _people(values: list[str]) -> list[int]:
    """Keys of applications: one in each value, or several with commas between."""
    words = [word for value in values for word in value.split(",")]
    if not all(word.isdecimal() and len(word) < 19 for word in words):
        raise Http404
    return [int(word) for word in words]


def _names(keys: Any) -> str:
    people = Application.objects.filter(pk__in=keys).order_by("name", "pk")
    return joined(people.values_list("name", flat=True))


def _page_of(proposal: Proposal, people: list[int]) -> str:
    """Where the first of these is looked at, or the draft."""
    seats = Seat.objects.filter(proposal=proposal, application__in=people[:1])
    match = seats.values_list("match", flat=True).first()
    if match is None:
        return proposal.get_admin_url()
    page = reverse("admin:matching_proposal_pair", args=[proposal.pk, match])
    return f"{page}#pair"  # where the keyboard goes on
