"""One's own application: see, confirm, correct, withdraw."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from iln.mail.tasks import nudge
from participants import services, sessions
from participants.forms import ApplicationForm
from participants.forms.withdrawing import WithdrawalForm
from participants.models import Application
from participants.views.links import by_link, for_its_owner
from participants.views.participation import overview


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


@for_its_owner
def correct(request: HttpRequest, mine: Application, token: str) -> HttpResponse:
    """The same form again, filled in, while the sign-up is open."""
    try:
        services.require_correctable(mine)
        form = ApplicationForm(request.POST or None, instance=mine)
        if form.is_valid():
            services.correct(form.answers())
            messages.success(request, "Your changes are saved.")
            return redirect("participants:application", token)
    except services.Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("participants:application", token)
    context = {"round": mine.round, "form": form, "token": token}
    return render(request, "participants/application_form.html", context)


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
