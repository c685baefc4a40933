"""One's own application: see, confirm, correct, withdraw."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from iln.mail.tasks import nudge
from participants import services, sessions
from participants.forms import ApplicationForm, steps
from participants.forms.withdrawing import WithdrawalForm
from participants.models import Application, Draft
from participants.services import drafts
from participants.views.browser import draft_of, forget, remember
from participants.views.links import by_link, for_its_owner
from participants.views.participation import overview

CORRECTING = "correct-{}"  # where they were, in what is kept for them


@by_link
def application(request: HttpRequest, mine: Application, token: str) -> HttpResponse:
    """All of it to the person themselves, signed in; to whoever has a link, next to nothing."""
    if sessions.participant(request) == mine.user:
        return overview(request, mine.user, mine)
    context = {"application": mine, "round": mine.round, "token": token}
    page = "confirm" if mine.is_confirmable else "fresh_link"
    return render(request, f"participants/{page}.html", context)


@require_POST
@by_link
def confirm(request: HttpRequest, mine: Application, token: str) -> HttpResponse:
    """Who confirms has the mail, so they are signed in too: once, for afterwards the link is old."""
    try:
        if services.confirm(mine):
            sessions.begin(request, mine.user)
            messages.success(request, "Thank you! You are in. We have sent you a mail.")
    except services.Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        nudge()
    return redirect("participants:application", token)


@by_link
def correct(request: HttpRequest, mine: Application, token: str) -> HttpResponse:
    """The same form again, filled in, while the sign-up is open."""
    if sessions.participant(request) != mine.user:
        return _kept_until_sign_in(request, mine, token)
    kept = _kept(request, mine)
    typed = request.POST or (steps.as_query(kept.answers) if kept else None)
    try:
        services.require_correctable(mine)
        form = ApplicationForm(typed, instance=mine)
        if request.method == "POST" and form.is_valid():
            services.correct(form.answers())
            messages.success(request, "Your changes are saved.")
            return _to_application(token, kept)
    except services.Refused as refusal:
        messages.warning(request, str(refusal))
        return _to_application(token, kept)
    context = {"round": mine.round, "form": form, "token": token, "kept": kept}
    return render(request, "participants/application_form.html", context)


def _kept_until_sign_in(
    request: HttpRequest, mine: Application, token: str
) -> HttpResponse:
    """Whose session ended while they typed finds it again here, in the same browser."""
    if request.method != "POST" or sessions.participant(request):
        return redirect("participants:application", token)
    draft, key = drafts.begin(mine.round)
    typed = {
        name: values
        for step in steps.STEPS
        for name, values in steps.typed_on(step, request.POST).items()
        if name != "email"
    }
    drafts.keep(draft, mine.round, CORRECTING.format(mine.pk), typed)
    messages.info(request, "You were signed out meanwhile. What you typed is kept.")
    way_back = urlencode({"next": request.path})
    response = redirect(f"{reverse('participants:send_link')}?{way_back}")
    remember(response, key)
    return response


def _kept(request: HttpRequest, mine: Application) -> Draft | None:
    draft = draft_of(request)
    return draft if draft and draft.step == CORRECTING.format(mine.pk) else None


def _to_application(token: str, kept: Draft | None) -> HttpResponse:
    """Nothing is kept any longer."""
    response = redirect("participants:application", token)
    if kept:
        drafts.discard(kept)
        forget(response)
    return response


@for_its_owner
def withdraw(request: HttpRequest, mine: Application, token: str) -> HttpResponse:
    """Ask first, and why; only the button withdraws."""
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.withdraw(mine, **form.cleaned_data)
        nudge()
        messages.success(request, "You have withdrawn. We have sent you a mail.")
        return redirect("participants:application", token)
    context = {
        "application": mine,
        "round": mine.round,
        "form": form,
        "token": token,
    }
    return render(request, "participants/withdraw.html", context)
