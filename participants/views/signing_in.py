"""Sign in with the link from a mail, and out again."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from participants import services, sessions
from participants.forms import AddressForm


@never_cache
@login_not_required
@sensitive_variables("token")
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Shows one button, which signs in, once: programs that only follow links use nothing up."""
    if request.method == "POST":
        user = services.sign_in(token)
        if user:
            way_back = sessions.way_back(request)
            sessions.begin(request, user)
            return redirect(way_back)
    elif services.opens(token):
        return render(request, "participants/sign_in.html")
    context = {"form": AddressForm()}
    return render(request, "participants/link_used_up.html", context, status=404)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    sessions.end(request)
    messages.success(request, "You are signed out.")
    return redirect("rounds:home")
