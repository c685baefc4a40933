"""Are you in touch? The page of a check-in, and of who would rather change."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from iln.mail.tasks import nudge
from matching.after import reconciling
from matching.after.aftercare import Refused
from matching.forms import CheckInForm
from matching.models import CheckIn, Seat
from matching.views.by_link import by_link
from matching.wording import joined
from participants.models import User
from participants.sessions import for_participants


def _check_in(token: str) -> CheckIn:
    return CheckIn.objects.from_token(token)


@by_link(_check_in)
def check_in(request: HttpRequest, asked: CheckIn, token: str) -> HttpResponse:
    """The question. Only the button answers it: scanners open each link of a mail."""
    if not asked.is_open:
        return _closed(request, asked)
    form = CheckInForm(
        request.POST if request.method == "POST" else None,
        check_in=asked,
        names=_names(asked.seat),
        chosen=request.GET.get("answer", ""),
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            reconciling.answer(
                asked, said["answer"], said.get("frequency", ""), said["words"]
            )
        except Refused:
            return _closed(request, asked)
        nudge()
        return redirect("matching:check_in_answered", token)
    return _page(request, "check_in", asked, token=token, form=form)


@by_link(_check_in)
def answered(request: HttpRequest, asked: CheckIn, token: str) -> HttpResponse:
    """What they said, what comes next, and what else they can do."""
    if not asked.answered_at:
        return redirect("matching:check_in", token)
    first = min(asked.seat.match.seats.all(), key=lambda seat: seat.position)
    return _page(
        request, "answered", asked, token=token, writes_first=first == asked.seat
    )


@by_link(_check_in)
def change_by_link(request: HttpRequest, asked: CheckIn, token: str) -> HttpResponse:
    """Would rather change, from a check-in."""
    if not asked.is_open:
        return _closed(request, asked)
    back = reverse("matching:check_in", args=[token])
    return _change(request, asked.seat, back)


@for_participants
def change(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Would rather change, from one's own pages; nobody else's seat is found."""
    seats = Seat.objects.with_partner().filter(application__user=user)
    seat = seats.select_related("application__round").filter(pk=pk).first()
    if seat is None:
        raise Http404
    return _change(request, seat, reverse("participants:participation"))


def _change(request: HttpRequest, seat: Seat, back: str) -> HttpResponse:
    if request.method == "POST":
        if "stay" in request.POST:
            reconciling.rather_stay(seat)
        else:
            with suppress(Refused):  # it is over already, as the page will say
                reconciling.rather_change(seat)
        return redirect(request.path)
    seat.refresh_from_db(fields=["rather_change_at", "left_at"])
    context = {"seat": seat, "names": _names(seat), "back": back}
    return render(request, "matching/check_in/change.html", context)


def _closed(request: HttpRequest, asked: CheckIn) -> HttpResponse:
    return _page(request, "closed", asked)


def _page(
    request: HttpRequest, name: str, asked: CheckIn, **context: Any
) -> HttpResponse:
    seat = asked.seat
    context |= {
        "asked": asked,
        "round": seat.application.round,
        "names": _names(seat),
    }
    return render(request, f"matching/check_in/{name}.html", context)


def _names(seat: Seat) -> str:
    """Who the partners are: by first sight, without any of their contact details."""
    others = Seat.objects.in_place().filter(match=seat.match_id).exclude(pk=seat.pk)
    names = others.order_by("position").values_list("application__name", flat=True)
    return joined(names) or "your partner"
