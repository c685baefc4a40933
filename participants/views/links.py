"""Pages that a signed link in a mail opens, to whom they belong; and a link to sign in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from iln.mail.tasks import nudge
from participants import services
from participants.forms import AddressForm
from participants.models import Application
from participants.sessions import come_back_to, participant

OwnersView = Callable[[HttpRequest, Application, str], HttpResponse]


def no_such_link(request: HttpRequest) -> HttpResponse:
    context = {"form": AddressForm()}
    return render(request, "participants/no_such_link.html", context, status=404)


def by_link(view: OwnersView) -> Callable[[HttpRequest, str], HttpResponse]:
    """Finds the application that a signed link names; nobody on the way may keep the page."""

    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        try:
            mine = Application.objects.in_full().from_token(token)
        except (BadSignature, Application.DoesNotExist):
            return no_such_link(request)
        return view(request, mine, token)

    return never_cache(login_not_required(page))


def for_its_owner(view: OwnersView) -> Callable[[HttpRequest, str], HttpResponse]:
    """Acts for the person whose application it is, signed in; the link alone opens nothing."""

    @wraps(view)
    def page(request: HttpRequest, mine: Application, token: str) -> HttpResponse:
        if participant(request) != mine.user:
            return redirect("participants:application", token)
        return view(request, mine, token)

    return by_link(page)


@require_POST
@by_link
def fresh_link(request: HttpRequest, mine: Application, token: str) -> HttpResponse:
    """Mail a link to the person of this application, and to nobody else."""
    services.send_link(mine.user)
    nudge()
    come_back_to(request, mine.get_absolute_url())
    return redirect("participants:link_sent")


@never_cache
@login_not_required
def send_link(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST or None)
    if form.is_valid():
        services.send_link(form.cleaned_data["email"])
        nudge()
        come_back_to(request, request.POST.get("next", ""))
        return redirect("participants:link_sent")
    way_back = request.POST.get("next") or request.GET.get("next", "")
    context = {"form": form, "next": way_back}
    return render(request, "participants/send_link.html", context)


@login_not_required
def link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "participants/link_sent.html")
