"""One's account: another mail address, which mails, which language."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from iln.mail.tasks import nudge
from participants import services
from participants.forms.account import MailsForm, NewAddressForm
from participants.models import AddressChange, User
from participants.sessions import for_participants
from participants.views.links import no_such_link


@for_participants
def address(request: HttpRequest, user: User) -> HttpResponse:
    """Ask for another mail address; both addresses then get a mail."""
    form = NewAddressForm(request.POST or None, user=user)
    if form.is_valid():
        try:
            services.ask_for_address(user, form.cleaned_data["email"])
        except services.Refused as refusal:
            form.add_error("email", str(refusal))
        else:
            nudge()
            return redirect("participants:address_asked")
    context = {"form": form, "owner": user}
    return render(request, "participants/account/address.html", context)


@for_participants
def address_asked(request: HttpRequest, user: User) -> HttpResponse:
    """The same whoever may have the new address already."""
    return render(request, "participants/account/address_asked.html", {"owner": user})


def _by_change(
    find: Callable[[str], AddressChange], act: Callable[[AddressChange], object]
) -> Callable[[HttpRequest, str], HttpResponse]:
    """A page with one button, which acts on the change that a link names."""
    name = act.__name__

    def page(request: HttpRequest, token: str) -> HttpResponse:
        try:
            change = find(token)
        except (BadSignature, AddressChange.DoesNotExist):
            return no_such_link(request)
        context: dict[str, object] = {"change": change}
        if request.method == "POST":
            try:
                act(change)
            except services.Refused as refusal:
                context["refusal"] = str(refusal)
            else:
                context["done"] = True
        return render(request, f"participants/account/{name}.html", context)

    return never_cache(login_not_required(page))


confirm_address = _by_change(
    lambda token: AddressChange.objects.to_confirm(token), services.change_address
)
stop_address = _by_change(
    lambda token: AddressChange.objects.to_stop(token), services.stop_address
)


@for_participants
def mails(request: HttpRequest, user: User) -> HttpResponse:
    form = MailsForm(request.POST or None, user=user)
    if form.is_valid():
        language = form.cleaned_data.get("language", "")
        services.choose_mails(user, form.stopped(), language)
        messages.success(request, "Your choice is saved.")
        return redirect("participants:participation")
    context = {"form": form}
    return render(request, "participants/account/mails.html", context)
