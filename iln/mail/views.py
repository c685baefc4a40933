"""What a link in a mail does to the mails themselves."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from iln.mail import bounces, unsubscribing
from iln.mail.tasks import nudge


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


@csrf_exempt  # a mail server posts it, with the token that guards it
@login_not_required
@require_POST
def returned(request: HttpRequest) -> HttpResponse:
    """Take one returned mail as it came; whether anything came of it is not told."""
    if not settings.MAIL_RETURN_TOKEN:
        raise Http404("Returned mails are not taken here.")
    given = request.headers.get("Authorization", "")
    if not constant_time_compare(given, f"Bearer {settings.MAIL_RETURN_TOKEN}"):
        return HttpResponse("Wrong token.", status=403, content_type="text/plain")
    bounces.take(request.body)
    nudge()
    return HttpResponse(status=204)
