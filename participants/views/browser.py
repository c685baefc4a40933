"""The draft of this browser: its key is in a signed cookie that no script can read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from participants.models import Draft
from participants.models.draft import KEPT_FOR_NEXT_ROUND

COOKIE = "draft"


def draft_of(request: HttpRequest) -> Draft | None:
    """What this browser has begun and not sent."""
    draft = draft_or_sent(request)
    return draft if draft and draft.sent_at is None else None


def draft_or_sent(request: HttpRequest) -> Draft | None:
    """Also the empty shell of what it has just sent."""
    key: Any = request.get_signed_cookie(COOKIE, default="", salt=COOKIE)
    return Draft.objects.with_key(key) if key else None


def remember(response: HttpResponse, key: str) -> None:
    response.set_signed_cookie(
        COOKIE,
        key,
        salt=COOKIE,
        max_age=int(KEPT_FOR_NEXT_ROUND.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")
