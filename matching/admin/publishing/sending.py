"""Matching day: watch the mails of a published proposal leave, stop or hold them."""

from __future__ import annotations

from collections import Counter
from functools import partial

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from iln.mail import outbox
from iln.mail.models import Message
from iln.mail.tasks import nudge
from matching.admin import pages
from matching.after import repairing
from matching.models import Proposal
from matching.publishing import publication, sending

ALWAYS = {"sent", "waiting"}  # the other states only where there are any


def urls(admin: ModelAdmin) -> list[URLPattern]:
    """For the admin of proposals."""
    guarded, name = admin.admin_site.admin_view, "matching_proposal"
    return [
        path(
            "<int:pk>/sending/", guarded(partial(watch, admin)), name=f"{name}_sending"
        ),
        *[
            path(
                f"<int:pk>/sending/{act.__name__}/",
                guarded(require_POST(partial(act, admin))),
                name=f"{name}_{act.__name__}",
            )
            for act in (stop, hold, resume)
        ],
    ]


def watch(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """How far the mails have come, and what can still be done about them."""
    pages.require(request, "matching.view_proposal")
    proposal = _proposal(pk)
    if not proposal.published_at:
        return redirect(proposal.get_admin_url())
    mails, kinds = sending.mails(proposal), sending.by_kind(proposal)
    total = Counter[str]()
    for counts in kinds.values():
        total.update(counts)
    states = [state for state in sending.STATES if state in ALWAYS or total[state]]
    next_due = sending.next_due(mails)
    return pages.render(
        admin,
        request,
        "proposal/sending.html",
        proposal.round,
        title="Introductions on their way",
        step="After",
        proposal=proposal,
        stage=_stage(mails, total),
        states=states,
        total=total,
        introductions=kinds[sending.INTRODUCTIONS],
        days=[
            (counts["day"], [counts[state] for state in states])
            for counts in sending.by_day(proposal)
        ],
        kinds=[
            (name, [counts[state] for state in states])
            for name, counts in kinds.items()
            if counts["all"]
        ],
        next_due=next_due,
        is_due=next_due and next_due <= timezone.now(),
        is_silent=outbox.is_silent(),
        alone=proposal.seats.without_partner().count(),
        may_act=request.user.has_perm("matching.publish_proposal"),
    )


def _stage(mails: QuerySet[Message], total: Counter[str]) -> str:
    """What may be done: stop all, hold the rest, let it go; or nothing more."""
    if not sending.has_begun(mails):
        return "before"
    if total["held"]:
        return "held"
    return "going" if total["waiting"] else "done"


def stop(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the publication, as long as nobody has been told."""
    proposal = _to_act_on(request, pk)
    stop = repairing.stop if proposal.is_repair else publication.stop
    try:
        stop(proposal, request.user)
    except publication.CannotStop as error:
        admin.message_user(request, str(error), messages.WARNING)
        return redirect("admin:matching_proposal_sending", pk)
    pages.note(admin, request, proposal, "Stopped before the first mail left.")
    words = "Stopped in time. Nobody has heard of it, and it is a draft again."
    admin.message_user(request, words, messages.SUCCESS)
    return redirect(proposal.get_admin_url())


def hold(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Keep back what has not left."""
    proposal = _to_act_on(request, pk)
    count = sending.mails(proposal).hold()
    return _told(admin, request, proposal, count, "held")


def resume(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Let go what was held."""
    proposal = _to_act_on(request, pk)
    count = sending.mails(proposal).resume()
    nudge()
    return _told(admin, request, proposal, count, "let go")


def _told(
    admin: ModelAdmin, request: HttpRequest, proposal: Proposal, count: int, what: str
) -> HttpResponse:
    mails = "1 mail was" if count == 1 else f"{count:,} mails were"
    level = messages.SUCCESS if count else messages.WARNING
    admin.message_user(request, f"{mails} {what}.", level)
    if count:
        pages.note(admin, request, proposal, f"{mails} {what}.")
    return redirect("admin:matching_proposal_sending", proposal.pk)


def _proposal(pk: int) -> Proposal:
    proposals = Proposal.objects.select_related("round").defer("proof", "made_with")
    return get_object_or_404(proposals, pk=pk)


def _to_act_on(request: HttpRequest, pk: int) -> Proposal:
    pages.require(request, "matching.view_proposal", "matching.publish_proposal")
    return _proposal(pk)
