"""The application form, step by step, and the check before it is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from iln.mail.tasks import nudge
from participants.forms import AddressForm, ApplicationForm, hints, steps
from participants.forms.review import review
from participants.models import Application, Draft
from participants.retold import as_typed
from participants.services import Refused, drafts
from participants.terms import Terms
from participants.views.applying import not_open
from participants.views.browser import draft_of, draft_or_sent, remember
from rounds.models import Round

JUST_CLOSED = timedelta(days=1)  # for so long a form may have been left open


@never_cache
@login_not_required
def step(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """One group of questions."""
    round_ = get_object_or_404(Round.objects.public(), slug=slug)
    if name not in steps.BY_SLUG:
        raise Http404
    here = steps.BY_SLUG[name]
    if request.method == "POST":
        return _take(request, round_, here)
    if not round_.is_open:
        return not_open(request, round_, AddressForm())
    draft = draft_of(request)
    if draft is None and here is not steps.FIRST:
        return redirect("participants:apply", slug)
    form = _form_to_show(request, round_, here, draft)
    return _ask(request, round_, here, draft, form)


def _form_to_show(
    request: HttpRequest, round_: Round, here: steps.Step, draft: Draft | None
) -> ApplicationForm:
    """With what was typed before; who comes to change something sees what is wrong."""
    typed = steps.as_query(draft.answers if draft else {})
    application = Application(round=round_)
    if draft and "check" in request.GET:
        return ApplicationForm(typed, instance=application, only=here.fields)
    return ApplicationForm(instance=application, only=here.fields, told=typed)


def _take(request: HttpRequest, round_: Round, here: steps.Step) -> HttpResponse:
    """Keep what was typed, whatever it is; go on when it is right."""
    draft, key = draft_of(request), ""
    if draft is None:
        if not round_.is_open and not _closed_just_now(round_):
            return not_open(request, round_, AddressForm())
        draft, key = drafts.begin(round_)
    try:
        draft = drafts.keep(
            draft, round_, here.slug, steps.typed_on(here, request.POST)
        )
    except Refused:  # sent or deleted in another window
        return redirect("participants:apply", round_.slug)
    response = _answer(request, round_, here, draft)
    if key:
        remember(response, key)
    return response


def _answer(
    request: HttpRequest, round_: Round, here: steps.Step, draft: Draft
) -> HttpResponse:
    if not round_.is_open:
        return too_late(request, round_, draft)
    if "later" in request.POST:
        return redirect("participants:finish_later", round_.slug)
    form = ApplicationForm(
        request.POST, instance=Application(round=round_), only=here.fields
    )
    if not form.is_valid() or "look" in request.POST:
        return _ask(request, round_, here, draft, form)
    hint = _hint(form)
    if hint and request.POST.get("seen") != hint:
        return _ask(request, round_, here, draft, form, hint=hint)
    if here is steps.WISHES:
        drafts.looked_at_wishes(draft)
    following = None if "check" in request.GET else steps.after(here)
    if following:
        return redirect("participants:step", round_.slug, following.slug)
    return redirect("participants:check", round_.slug)


def _hint(form: ApplicationForm) -> str:
    told = form.cleaned_data
    return hints.about_address(told.get("email", "")) or hints.about_place(
        told.get("country", ""), told.get("time_zone", "")
    )


def _ask(
    request: HttpRequest,
    round_: Round,
    here: steps.Step,
    draft: Draft | None,
    form: ApplicationForm,
    hint: str = "",
) -> HttpResponse:
    context = {
        "round": round_,
        "draft": draft,
        "step": here,
        "number": steps.number_of(here),
        "how_many": steps.HOW_MANY,
        "before": steps.before(here),
        "changes": "check" in request.GET,
        "form": form,
        "hint": hint,
    }
    return render(request, "participants/apply/step.html", context)


def _closed_just_now(round_: Round) -> bool:
    return round_.closes_at <= timezone.now() < round_.closes_at + JUST_CLOSED


def too_late(request: HttpRequest, round_: Round, draft: Draft) -> HttpResponse:
    """Sign-up closed while the form was open: what was typed waits for the next round."""
    drafts.keep_for_next_round(draft)
    nudge()
    context = {
        "round": round_,
        "draft": draft,
        "open": Round.objects.open().order_by("closes_at").first(),
        "form": AddressForm(),
    }
    return render(request, "participants/apply/too_late.html", context)


@never_cache
@login_not_required
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything once more in words; only from here it is sent."""
    round_ = get_object_or_404(Round.objects.public(), slug=slug)
    draft = draft_or_sent(request)
    sends = request.method == "POST"
    if draft is None or (draft.sent_at and not sends):
        return redirect("participants:apply", slug)
    if draft.sent_at:  # pressed twice
        return redirect("participants:applied", slug)
    if not round_.is_open:
        late = too_late if sends else _not_open_any_more
        return late(request, round_, draft)
    if draft.round_id != round_.pk or not draft.wishes_seen_at:
        return redirect("participants:step", slug, steps.WISHES.slug)
    return _send(request, round_, draft) if sends else _check(request, round_, draft)


def _not_open_any_more(
    request: HttpRequest, round_: Round, draft: Draft
) -> HttpResponse:
    return not_open(request, round_, AddressForm())


def _send(request: HttpRequest, round_: Round, draft: Draft) -> HttpResponse:
    agreed = {name: request.POST.getlist(name) for name in steps.AGREEMENTS}
    typed = steps.as_query({**draft.answers, **agreed})
    form = ApplicationForm(typed, instance=Application(round=round_))
    if not form.is_valid():
        return _check(request, round_, draft, form)
    try:
        drafts.send(draft, form.answers())
    except Refused:
        return redirect("participants:apply", round_.slug)
    nudge()
    return redirect("participants:applied", round_.slug)


def _check(
    request: HttpRequest,
    round_: Round,
    draft: Draft,
    sent: ApplicationForm | None = None,
) -> HttpResponse:
    terms, application = Terms(), Application(round=round_)
    form = sent or ApplicationForm(
        steps.as_query(draft.answers),
        instance=application,
        terms=terms,
        only=list(steps.STEP_OF),
    )
    agreements = ApplicationForm(
        request.POST if sent else None,
        instance=application,
        terms=terms,
        only=steps.AGREEMENTS,
    )
    context = {
        "round": round_,
        "draft": draft,
        "number": steps.HOW_MANY,
        "how_many": steps.HOW_MANY,
        "before": steps.WISHES,
        "groups": review(form, _last(draft, terms)),
        "problems": [
            (problem, steps.STEP_OF.get(problem.field)) for problem in form.problems()
        ],
        "hint": _hint(form),
        "agreements": agreements,
    }
    return render(request, "participants/apply/check.html", context)


def _last(draft: Draft, terms: Terms) -> ApplicationForm | None:
    """The answers that a draft began with, to be held beside those of now."""
    if not draft.based_on_id:
        return None
    before: Any = Application.objects.in_full().get(pk=draft.based_on_id)
    return ApplicationForm(
        steps.as_query(as_typed(before)),
        instance=Application(round=before.round),
        terms=terms,
        only=list(steps.STEP_OF),
    )
