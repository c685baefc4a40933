"""What a link in a mail does to the mails themselves."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from iln.mail import unsubscribing


@csrf_exempt  # mail programs post it, without a page of ours and without a cookie
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a stream by POST, at once, as often as it is asked (RFC 8058). GET only offers it."""
    try:
        person, stream = unsubscribing.read(token)
    except (BadSignature, ValueError):
        return render(request, "mail/no_such_link.html", status=404)
    if request.method == "POST":
        unsubscribing.stop(person, stream)
    context = {"stream": stream, "done": request.method == "POST"}
    return render(request, "mail/stop.html", context)
