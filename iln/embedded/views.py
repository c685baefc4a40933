"""Reading the mailbox in the browser."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from iln.embedded import mailbox
from iln.mail.preview import framed

PER_PAGE = 20
View = Callable[..., HttpResponseBase]


def for_readers(view: View) -> View:
    """Mails hold links that open everything: to be an organiser of some countries is not enough."""
    allowed = permission_required("mail.view_message", raise_exception=True)(view)
    return staff_member_required(allowed)


@require_safe
@for_readers
def mail_list(request: HttpRequest) -> HttpResponse:
    """All mails, newest first."""
    paginator = Paginator(mailbox.newest_first(), PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {"page": page, "mails": [mailbox.find(key) for key in page]}
    return render(request, "embedded/mail_list.html", context)


@sensitive_post_parameters()
@for_readers
def mail_search(request: HttpRequest) -> HttpResponse:
    """The newest mails to an address; by POST, as an address has no place in a URL."""
    if request.method != "POST":  # back from the log-in
        return redirect("embedded:mailbox")
    words = request.POST.get("address", "").strip()
    mails = list(islice(mailbox.addressed_to(words), PER_PAGE))
    context = {"mails": mails, "words": words}
    return render(request, "embedded/mail_list.html", context)


@require_safe
@for_readers
def mail_detail(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "embedded/mail_detail.html", {"mail": _find(key)})


@require_safe
@for_readers
@framed
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """The mail's HTML alone, for the frame on its page."""
    return HttpResponse(_find(key).html)


def _find(key: str) -> mailbox.KeptMail:
    try:
        return mailbox.find(key)
    except KeyError:
        raise Http404("There is no such mail.") from None
