"""One's own data: get all of it, and have all of it erased."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from iln.mail.tasks import nudge
from iln.personal_data import Comments
from participants.forms.erasing import EraseForm
from participants.models import User
from participants.services import erasing, exporting
from participants.services.people import Refused
from participants.sessions import for_participants, is_fresh


@for_participants
def export(request: HttpRequest, user: User) -> HttpResponse:
    """What is in the files, and who of the organisers has looked at it."""
    context = {"person": user, "looks": exporting.looks(user)}
    return render(request, "participants/data/export.html", context)


@for_participants
def export_json(request: HttpRequest, user: User) -> HttpResponse:
    return _file(exporting.as_json(user), "application/json", "json")


@for_participants
def export_csv(request: HttpRequest, user: User) -> HttpResponse:
    return _file(exporting.as_zip(user), "application/zip", "zip")


def _file(content: str | bytes, content_type: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    name = f"my-data-{timezone.localdate().isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@for_participants
def erase(request: HttpRequest, user: User) -> HttpResponse:
    """Ask first, and only somebody who has just signed in: it cannot be undone."""
    if not is_fresh(request):
        return render(request, "participants/data/sign_in_again.html")
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            erasing.erase(user, Comments(form.cleaned_data["comments"]))
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("participants:export")
        request.session.flush()  # its row has gone, too
        nudge()
        return redirect("participants:erased")
    context = {"form": form, "person": user, "has_partner": _running(user)}
    return render(request, "participants/data/erase.html", context)


def _running(user: User) -> bool:
    """Whether somebody else would lose a partner."""
    return user.applications.current().exclude(introduced_at=None).exists()


@login_not_required
def erased(request: HttpRequest) -> HttpResponse:
    return render(request, "participants/data/erased.html")
