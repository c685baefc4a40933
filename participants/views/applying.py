"""Apply to a round that is open."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from iln.mail.tasks import nudge
from participants import services
from participants.forms import AddressForm, ApplicationForm
from participants.models import Application
from rounds.models import Round


@login_not_required
def apply_now(request: HttpRequest) -> HttpResponse:
    """To the form of the open round; without one, an offer to tell when there is."""
    round_ = Round.objects.open().order_by("closes_at").first()
    if round_:
        return redirect("participants:apply", round_.slug)
    return not_open(request, Round.objects.current(), AddressForm())


@never_cache
@login_not_required
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.public(), slug=slug)
    if not round_.is_open:
        return not_open(request, round_, AddressForm())
    application = Application(round=round_)
    form = ApplicationForm(request.POST or None, instance=application)
    if form.is_valid():
        services.apply(form.answers())
        nudge()
        return redirect("participants:applied", slug)
    context = {"round": round_, "form": form}
    return render(request, "participants/application_form.html", context)


def not_open(
    request: HttpRequest, round_: Round | None, form: AddressForm
) -> HttpResponse:
    context = {"round": round_, "form": form, "open": Round.objects.open().first()}
    return render(request, "participants/not_open.html", context)


@login_not_required
def applied(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for everybody: it must not tell who is known to us."""
    context = {"round": get_object_or_404(Round.objects.public(), slug=slug)}
    return render(request, "participants/applied.html", context)
