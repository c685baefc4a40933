"""Pages that a signed link in a mail opens, and how to get a new one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from iln.mail.tasks import nudge
from participants import services
from participants.forms import AddressForm
from participants.models import Application

OwnersView = Callable[[HttpRequest, Application, str], HttpResponse]


def no_such_link(request: HttpRequest) -> HttpResponse:
    context = {"form": AddressForm()}
    return render(request, "participants/no_such_link.html", context, status=404)


def for_its_owner(view: OwnersView) -> Callable[[HttpRequest, str], HttpResponse]:
    """Opens an application to whoever has its signed link; nobody on the way may keep the page."""

    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        try:
            mine = Application.objects.in_full().from_token(token)
        except (BadSignature, Application.DoesNotExist):
            return no_such_link(request)
        return view(request, mine, token)

    return never_cache(login_not_required(page))


@login_not_required
def send_link(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST or None)
    if form.is_valid():
        services.send_links(form.cleaned_data["email"])
        nudge()
        return redirect("participants:link_sent")
    return render(request, "participants/send_link.html", {"form": form})


@login_not_required
def link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "participants/link_sent.html")
