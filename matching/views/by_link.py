"""Pages that a signed link in a mail opens, without a sign-in: one question each."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from participants.views.links import no_such_link

View = Callable[..., HttpResponse]


def by_link(find: Callable[[str], Any]) -> Callable[[View], View]:
    """The view gets the row that the link's token names; nobody on the way may keep the page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, token: str) -> HttpResponse:
            try:
                found = find(token)
            except (BadSignature, ObjectDoesNotExist):
                return no_such_link(request)
            return view(request, found, token)

        return never_cache(login_not_required(page))

    return decorate
