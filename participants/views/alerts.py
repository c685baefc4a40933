"""Be told when the next round opens."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from iln.mail.tasks import nudge
from participants import services
from participants.forms import AddressForm
from participants.models import OpeningAlert
from participants.views.applying import not_open
from participants.views.links import no_such_link
from rounds.models import Round


@login_not_required
@require_POST
def ask_to_be_told(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST)
    if not form.is_valid():
        return not_open(request, Round.objects.current(), form)
    services.ask_to_be_told(form.cleaned_data["email"])
    nudge()
    return redirect("participants:alert_asked")


@login_not_required
def alert_asked(request: HttpRequest) -> HttpResponse:
    return render(request, "participants/alert_asked.html")


@never_cache
@login_not_required
def alert(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what the link in the mail is for; only the button acts."""
    try:
        alert = OpeningAlert.objects.from_token(token)
    except (BadSignature, OpeningAlert.DoesNotExist):
        return no_such_link(request)
    if request.method == "POST":
        services.confirm_alert(alert)
        return redirect("participants:alert", token)
    return render(request, "participants/alert.html", {"alert": alert, "token": token})
