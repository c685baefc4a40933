"""Apply, and look after one's own application: by a link in the mail, without a password."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from iln.mail.tasks import nudge
from participants import services
from participants.forms import AddressForm, ApplicationForm
from participants.models import Application, OpeningAlert
from participants.terms import Terms
from rounds.models import Round
from rounds.timeline import timeline

OwnersView = Callable[[HttpRequest, Application, str], HttpResponse]


@login_not_required
def apply_now(request: HttpRequest) -> HttpResponse:
    """To the form of the open round; without one, an offer to tell when there is."""
    round_ = Round.objects.open().order_by("closes_at").first()
    if round_:
        return redirect("participants:apply", round_.slug)
    return _not_open(request, Round.objects.current(), AddressForm())


@never_cache
@login_not_required
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.public(), slug=slug)
    if not round_.is_open:
        return _not_open(request, round_, AddressForm())
    application = Application(round=round_)
    form = ApplicationForm(request.POST or None, instance=application)
    if form.is_valid():
        services.apply(form.answers())
        nudge()
        return redirect("participants:applied", slug)
    context = {"round": round_, "form": form}
    return render(request, "participants/application_form.html", context)


def _not_open(
    request: HttpRequest, round_: Round | None, form: AddressForm
) -> HttpResponse:
    context = {"round": round_, "form": form, "open": Round.objects.open().first()}
    return render(request, "participants/not_open.html", context)


@login_not_required
def applied(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for everybody: it must not tell who is known to us."""
    context = {"round": get_object_or_404(Round.objects.public(), slug=slug)}
    return render(request, "participants/applied.html", context)


def _no_such_link(request: HttpRequest) -> HttpResponse:
    context = {"form": AddressForm()}
    return render(request, "participants/no_such_link.html", context, status=404)


def for_its_owner(view: OwnersView) -> Callable[[HttpRequest, str], HttpResponse]:
    """Opens an application to whoever has its signed link; nobody on the way may keep the page."""

    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        try:
            mine = Application.objects.in_full().from_token(token)
        except (BadSignature, Application.DoesNotExist):
            return _no_such_link(request)
        return view(request, mine, token)

    return never_cache(login_not_required(page))


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


@login_not_required
@require_POST
def ask_to_be_told(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _not_open(request, Round.objects.current(), form)
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
        return _no_such_link(request)
    if request.method == "POST":
        services.confirm_alert(alert)
        return redirect("participants:alert", token)
    return render(request, "participants/alert.html", {"alert": alert, "token": token})
