"""Reading the mailbox in the browser."""

from __future__ import annotations

from itertools import islice

from django.contrib.admin.views.decorators import staff_member_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from iln.embedded import mailbox
from iln.mail.preview import framed

PER_PAGE = 20


@require_safe
@staff_member_required
def mail_list(request: HttpRequest) -> HttpResponse:
    """All mails, newest first."""
    paginator = Paginator(mailbox.newest_first(), PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {"page": page, "mails": [mailbox.find(key) for key in page]}
    return render(request, "embedded/mail_list.html", context)


@sensitive_post_parameters()
@staff_member_required
def mail_search(request: HttpRequest) -> HttpResponse:
    """The newest mails to an address; by POST, as an address has no place in a URL."""
    if request.method != "POST":  # back from the log-in
        return redirect("embedded:mailbox")
    words = request.POST.get("address", "").strip()
    mails = list(islice(mailbox.addressed_to(words), PER_PAGE))
    context = {"mails": mails, "words": words}
    return render(request, "embedded/mail_list.html", context)


@require_safe
@staff_member_required
def mail_detail(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "embedded/mail_detail.html", {"mail": _find(key)})


@require_safe
@staff_member_required
@framed
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """The mail's HTML alone, for the frame on its page."""
    return HttpResponse(_find(key).html)


def _find(key: str) -> mailbox.KeptMail:
    try:
        return mailbox.find(key)
    except KeyError:
        raise Http404("There is no such mail.") from None
