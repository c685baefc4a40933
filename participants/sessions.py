"""Who is signed in as a participant: apart from the log-in of organisers, so that no link in
a mail ever opens the admin.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache

from participants.models import User

KEY = "participant"
FRESH = timedelta(minutes=10)
WAY_BACK = "participant's way back"
NOTED_EVERY = timedelta(minutes=1)  # not every page need write the session

Rest = ParamSpec("Rest")
ParticipantsView = Callable[Concatenate[HttpRequest, User, Rest], HttpResponse]


def begin(request: HttpRequest, user: User) -> None:
    """Sign somebody in here, under a new session key, so that an old one opens nothing."""
    request.session.cycle_key()
    now = timezone.now().isoformat()
    # A changed address ends every session that began before it.
    request.session[KEY] = {
        "user": user.pk,
        "address": user.fingerprint,
        "began": now,
        "seen": now,
    }


def end(request: HttpRequest) -> None:
    """Sign out; an organiser's log-in in the same browser stays."""
    request.session.pop(KEY, None)
    request.session.cycle_key()


def come_back_to(request: HttpRequest, path: str) -> None:
    """Note where somebody wanted to go, for when their link brings them back to this browser."""
    if url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        request.session[WAY_BACK] = path


def way_back(request: HttpRequest) -> str:
    """Where they wanted to go, told once; otherwise their overview."""
    path: str = request.session.pop(WAY_BACK, "")
    return path or reverse("participants:participation")


def participant(request: HttpRequest) -> User | None:
    """Who is signed in, unless they were away for too long."""
    kept = request.session.get(KEY)
    if not kept:
        return None
    user = _still(kept)
    if user is None:
        del request.session[KEY]
    else:
        _note(request, kept)
    return user


def is_fresh(request: HttpRequest) -> bool:
    """Whether they signed in just now, as it is asked for before what cannot be undone."""
    kept = request.session.get(KEY)
    if not kept:
        return False
    return timezone.now() - datetime.fromisoformat(kept["began"]) <= FRESH


def _still(kept: dict[str, Any]) -> User | None:
    now = timezone.now()
    idle = now - datetime.fromisoformat(kept["seen"])
    since = now - datetime.fromisoformat(kept["began"])
    if idle > settings.PARTICIPANT_IDLE or since > settings.PARTICIPANT_SESSION:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    return user if user and user.fingerprint == kept["address"] else None


def _note(request: HttpRequest, kept: dict[str, Any]) -> None:
    now = timezone.now()
    if now - datetime.fromisoformat(kept["seen"]) > NOTED_EVERY:
        request.session[KEY] = kept | {"seen": now.isoformat()}


def for_participants(
    view: ParticipantsView[Rest],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """A page for somebody who is signed in, whom the view gets as its second argument.

    Anybody else is offered a link by mail, and comes back here with it.
    """

    @wraps(view)
    def page(
        request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> HttpResponse:
        user = participant(request)
        if user is None:
            return ask_for_link(request)
        return view(request, user, *args, **kwargs)

    return never_cache(login_not_required(page))


def ask_for_link(request: HttpRequest) -> HttpResponse:
    """To the page that mails a link; what was only sent, not shown, leads to the overview."""
    url = reverse("participants:send_link")
    if request.method not in {"GET", "HEAD"}:
        return redirect(url)
    return redirect(f"{url}?{urlencode({'next': request.get_full_path()})}")
