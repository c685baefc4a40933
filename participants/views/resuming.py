"""Finish later: a link by mail, and the way back by it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from iln.mail.tasks import nudge
from participants.forms import AddressForm
from participants.models import Draft
from participants.services import Refused, drafts
from participants.views.browser import draft_of, remember
from rounds.models import Round


@never_cache
@login_not_required
def finish_later(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask where the link shall go."""
    round_ = get_object_or_404(Round.objects.public(), slug=slug)
    draft = draft_of(request)
    if draft is None:
        return redirect("participants:apply", slug)
    form = AddressForm(request.POST or None, initial={"email": draft.email})
    if form.is_valid():
        try:
            drafts.finish_later(draft, form.cleaned_data["email"])
        except Refused:  # sent or deleted in another window
            return redirect("participants:apply", slug)
        nudge()
        return redirect("participants:saved", slug)
    context = {"round": round_, "draft": draft, "form": form}
    return render(request, "participants/apply/finish_later.html", context)


@login_not_required
def saved(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for everybody."""
    context = {"round": get_object_or_404(Round.objects.public(), slug=slug)}
    return render(request, "participants/apply/saved.html", context)


@never_cache
@login_not_required
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """What the link in the mail opens; only the button brings the answers into this browser."""
    draft = _draft(token)
    if draft is None or not draft.is_resumable:
        return _opens_nothing(request)
    open_ = draft.round if draft.round.is_open else Round.objects.open().first()
    if request.method != "POST" or open_ is None:
        next_ = Round.objects.upcoming().order_by("opens_at").first()
        context = {"draft": draft, "open": open_, "next": next_}
        return render(request, "participants/apply/resume.html", context)
    try:
        draft, key = drafts.take_over(draft)
    except Refused:
        return redirect("participants:resume", token)
    response = redirect("participants:step", draft.round.slug, draft.step)
    remember(response, key)
    return response


def _opens_nothing(request: HttpRequest) -> HttpResponse:
    context = {"open": Round.objects.open().first()}
    return render(request, "participants/apply/no_draft.html", context, status=404)


def _draft(token: str) -> Draft | None:
    try:
        return Draft.objects.from_token(token)
    except (BadSignature, Draft.DoesNotExist):
        return None
