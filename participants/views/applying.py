"""The way into a round: its start page, and what stands there while it is not open."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from participants import sessions
from participants.forms import AddressForm
from participants.forms.steps import BY_SLUG, FIRST, HOW_MANY
from participants.models import User
from participants.services import Refused, drafts
from participants.views.browser import draft_of, forget, remember
from rounds.models import Round


@login_not_required
def apply_now(request: HttpRequest) -> HttpResponse:
    """To the form of the open round; without one, an offer to tell when there is."""
    round_ = Round.objects.open().order_by("closes_at").first()
    if round_:
        return redirect("participants:apply", round_.slug)
    return not_open(request, Round.objects.current(), AddressForm())


@never_cache
@login_not_required
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """What will be asked; or the way back to what was begun, here or in an earlier round."""
    round_ = get_object_or_404(Round.objects.public(), slug=slug)
    if not round_.is_open:
        return not_open(request, round_, AddressForm())
    draft, person = draft_of(request), sessions.participant(request)
    context = {
        "round": round_,
        "draft": draft,
        "step": BY_SLUG.get(draft.step, FIRST) if draft else FIRST,
        "how_many": HOW_MANY,
        "last": drafts.last_application(person, round_) if person else None,
    }
    return render(request, "participants/apply/start.html", context)


def not_open(
    request: HttpRequest, round_: Round | None, form: AddressForm
) -> HttpResponse:
    context = {
        "round": round_,
        "form": form,
        "open": Round.objects.open().first(),
        "draft": draft_of(request),
    }
    return render(request, "participants/not_open.html", context)


@require_POST
@login_not_required
def start_over(request: HttpRequest, slug: str) -> HttpResponse:
    """Forget what was begun in this browser."""
    if draft := draft_of(request):
        drafts.discard(draft)
    response = redirect("participants:step", slug, FIRST.slug)
    forget(response)
    return response


@sessions.for_participants
def apply_again(request: HttpRequest, person: User, slug: str) -> HttpResponse:
    """Begin with last time's answers; the wishes must be looked at again.

    A link in a mail leads here, too: by way of signing in, to the page with the button.
    """
    round_ = get_object_or_404(Round.objects.public(), slug=slug)
    if request.method != "POST" or not round_.is_open:
        return redirect("participants:apply", slug)
    try:
        draft, key = drafts.prefill(person, round_)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("participants:apply", slug)
    response = redirect("participants:step", slug, draft.step)
    remember(response, key)
    return response


@login_not_required
def applied(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for everybody: it must not tell who is known to us."""
    context = {"round": get_object_or_404(Round.objects.public(), slug=slug)}
    return render(request, "participants/applied.html", context)
