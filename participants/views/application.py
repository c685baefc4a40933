"""One's own application: see, confirm, correct, withdraw."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from iln.mail.tasks import nudge
from participants import services
from participants.forms import ApplicationForm
from participants.models import Application
from participants.terms import Terms
from participants.views.links import for_its_owner
from rounds.timeline import timeline


@for_its_owner
def application(request: HttpRequest, mine: Application, token: str) -> HttpResponse:
    """Everything that somebody told us, and what they can do with it."""
    terms = Terms()
    context = {
        "application": mine,
        "round": mine.round,
        "token": token,
        "steps": timeline(mine.round),
        "wishes": [(wish, terms.accepted(wish)) for wish in mine.wishes.all()],
    }
    return render(request, "participants/application.html", context)


@for_its_owner
@require_POST
def confirm(request: HttpRequest, mine: Application, token: str) -> HttpResponse:
    try:
        services.confirm(mine)
    except services.Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        nudge()
        messages.success(request, "Thank you! You are in. We have sent you a mail.")
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
    """Ask first; only the button withdraws."""
    if request.method == "POST":
        services.withdraw(mine)
        nudge()
        messages.success(request, "You have withdrawn. We have sent you a mail.")
        return redirect("participants:application", token)
    context = {"application": mine, "round": mine.round, "token": token}
    return render(request, "participants/withdraw.html", context)
