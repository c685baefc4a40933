"""A round after its publication: the board, its pairs, and who waits for a partner."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST
from django_countries import countries

from iln.mail.tasks import nudge
from matching.admin import pages
from matching.admin.after import concerns, repairs, results
from matching.admin.looking import pairs
from matching.after import aftercare, reconciling
from matching.after.aftercare import Reach
from matching.models import CheckIn, Match, Seat
from matching.models.proposal import MatchQuerySet
from matching.waiting import volunteers
from participants.models import Application
from rounds.models import Round

PER_PAGE = 50
NOTHING = "nothing heard yet"
OVER = "over"
AT_ODDS = "at-odds"
STATES = {**dict(Seat.CheckIn.choices), "nothing": NOTHING}
CHANGE = "change"
SHOWN = {**STATES, CHANGE: "would rather change", AT_ODDS: "say different things"}

View = Callable[..., HttpResponse]


def urls(admin: ModelAdmin) -> list[URLPattern]:
    """For the admin of liaisons, who see nothing else."""

    def page(
        route: str, view: View, name: str = "", only: Callable[[View], View] = _any
    ) -> URLPattern:
        guarded = admin.admin_site.admin_view(only(partial(_scoped, admin, view)))
        ending = f"_{name}" if name else ""
        return path(
            f"after/<int:round_id>/{route}", guarded, name=f"matching_after{ending}"
        )

    return [
        page("", board),
        page("pairs/", pair_list, "pairs"),
        page("pairs/<int:pk>/", pair, "pair"),
        page("pairs/<int:pk>/end/", end, "end"),
        page("seats/<int:pk>/", note, "note"),
        page("concerns/<int:pk>/", concerns.act, "concern", require_POST),
        page("waiting/", waiting, "waiting"),
        page("waiting/<int:pk>/", look_again, "look_again", require_POST),
        page("results/", results.page, "results"),
        page("results/numbers.csv", results.numbers, "results_csv"),
        page("results/answers.csv", results.answers, "answers_csv", require_POST),
        page("repair/", repairs.find, "find", require_POST),
        page("repair/<int:pk>/", repairs.look, "repair"),
    ]


def _any(view: View) -> View:
    return view


def _scoped(
    admin: ModelAdmin, view: View, request: HttpRequest, round_id: int, **named: int
) -> HttpResponse:
    """A page for whoever may see some of a published round; it gets what they may see."""
    reach = aftercare.reach(request.user)
    if reach is None:
        raise PermissionDenied
    round_ = get_object_or_404(Round.objects.exclude(published_at=None), pk=round_id)
    return view(admin, request, round_, reach, **named)


def _may_act(request: HttpRequest, reach: Reach) -> bool:
    """Liaisons act for their countries; of others, who may publish."""
    return reach.countries is not None or request.user.has_perm(
        "matching.publish_proposal"
    )


def _require_act(request: HttpRequest, reach: Reach) -> None:
    if not _may_act(request, reach):
        raise PermissionDenied


def _page(
    admin: ModelAdmin,
    request: HttpRequest,
    template: str,
    round_: Round,
    reach: Reach,
    **context: Any,
) -> HttpResponse:
    return pages.render(
        admin,
        request,
        template,
        round_,
        step="After",
        reach=reach,
        may_act=_may_act(request, reach),
        **context,
    )


# --- Pages ---------------------------------------------------------------------


def board(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach
) -> HttpResponse:
    """How the round goes on, at a glance."""
    seats = reach.seats(round_)
    said = aftercare.check_ins(seats)
    failed = aftercare.failed(seats).select_related("recipient")
    return _page(
        admin,
        request,
        "after.html",
        round_,
        reach,
        title=f"After the introductions: {round_}",
        mails=aftercare.mails(seats),
        failed=list(failed[:PER_PAGE]),
        check_ins=[
            (state, label, said["" if state == "nothing" else state])
            for state, label in STATES.items()
        ],
        would_change=seats.with_partner().exclude(rather_change_at=None).count(),
        at_odds=_shown(reach.matches(round_), AT_ODDS).count(),
        see_results=reach.countries is None,
        concerns=concerns.told(request, round_, reach),
        silent=list(aftercare.silent(seats)[:PER_PAGE]),
        silent_count=said[Seat.CheckIn.SILENT],
        waiting=reach.waiting(round_).count(),
        set_aside=reach.aside(round_).count(),
        volunteers=volunteers(round_).count(),
        repair=round_.proposals.repairs().drafts().first(),
        may_find=request.user.has_perms(repairs.MAY_FIND),
    )


def pair_list(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach
) -> HttpResponse:
    """The pairs of the round, those that an organiser looks for."""
    shown, query = request.GET.get("show", ""), request.GET.get("q", "").strip()
    matches = _found(_shown(reach.matches(round_), shown), query)
    seats = Seat.objects.select_related("application")
    matches = matches.prefetch_related(Prefetch("seats", seats)).order_by("pk")
    page = Paginator(matches, PER_PAGE).get_page(request.GET.get("p"))
    return _page(
        admin,
        request,
        "after_pairs.html",
        round_,
        reach,
        title="Pairs, and what we heard from them",
        page=page,
        pairs=[(match, _together(match)) for match in page],
        shown=shown,
        query=query,
        filters={"": "all", **SHOWN, OVER: "over"},
    )


def _shown(matches: MatchQuerySet, shown: str) -> MatchQuerySet:
    """Those with somebody who has said this; pairs that are over only where asked for."""
    there = Seat.objects.with_partner().filter(match=OuterRef("pk"))
    if shown == OVER:
        return matches.filter(~Exists(there))
    if shown == CHANGE:
        there = there.exclude(rather_change_at=None)
    elif shown == AT_ODDS:
        matches = matches.filter(Exists(there.filter(check_in=Seat.CheckIn.NOT_YET)))
        there = there.filter(check_in=Seat.CheckIn.IN_TOUCH)
    elif shown in STATES:
        there = there.filter(check_in="" if shown == "nothing" else shown)
    return matches.filter(Exists(there))


def _together(match: Match) -> str:
    """What its people say, held together; nothing of a pair that is over."""
    said = [seat.check_in for seat in match.seats.all() if seat.is_in_place]
    return reconciling.together(said).value if len(said) > 1 else ""


def _found(matches: MatchQuerySet, query: str) -> MatchQuerySet:
    if not query:
        return matches
    codes = [code for code, name in countries if query.lower() in name.lower()]
    seats = Seat.objects.filter(
        Q(application__name__icontains=query) | Q(application__country__in=codes)
    )
    return matches.filter(Exists(seats.filter(match=OuterRef("pk"))))


class NoteForm(forms.Form):
    check_in = forms.ChoiceField(
        label="How is it?",
        choices=[("", NOTHING), *Seat.CheckIn.choices],
        required=False,
    )
    note = forms.CharField(
        label="How do you know?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For example: “she wrote to me on Monday”. For organisers only.",
    )


class EndForm(forms.Form):
    again = forms.MultipleChoiceField(
        label="Who shall have a new partner?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Leave out who is silent, so that nobody else waits for them in vain.",
    )
    reason = forms.CharField(
        label="Why?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept in the decision log, for organisers only.",
    )

    def __init__(self, *args: Any, people: list[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["again"].choices = [
            (str(seat.application_id), seat.application.name) for seat in people
        ]
        self.fields["again"].initial = [
            str(seat.application_id)
            for seat in people
            if seat.check_in != Seat.CheckIn.SILENT
        ]


def pair(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach, pk: int
) -> HttpResponse:
    """One pair in full, with what was heard from each."""
    return _pair(admin, request, round_, reach, pk)


def _match(round_: Round, reach: Reach, pk: int) -> Match:
    matches = reach.matches(round_).select_related("proposal__round").in_full()
    return get_object_or_404(matches, pk=pk)


def _pair(
    admin: ModelAdmin,
    request: HttpRequest,
    round_: Round,
    reach: Reach,
    pk: int,
    *,
    noted: tuple[int, NoteForm] | None = None,
    ending: EndForm | None = None,
) -> HttpResponse:
    match = _match(round_, reach, pk)
    there = [seat for seat in match.seats.all() if seat.is_in_place]
    forms_of = {seat.pk: _note_form(seat) for seat in there} | dict(
        [noted] if noted else []
    )
    answers = _answers(match)
    return _page(
        admin,
        request,
        "after_pair.html",
        round_,
        reach,
        title=" and ".join(seat.application.name for seat in match.seats.all()),
        proposal=match.proposal,
        seen=[seat.application for seat in match.seats.all()],
        people=[
            (seat, forms_of.get(seat.pk), answers.get(seat.pk, []))
            for seat in match.seats.all()
        ],
        together=_together(match),
        is_over=len(there) < 2,
        ending=ending or EndForm(people=there),
        **pairs.side_by_side(match),
    )


def _answers(match: Match) -> dict[int, list[CheckIn]]:
    """What each of them answered, by seat, the newest first."""
    found: dict[int, list[CheckIn]] = {}
    for one in CheckIn.objects.filter(seat__match=match).order_by("-number"):
        found.setdefault(one.seat_id, []).append(one)
    return found


def _note_form(seat: Seat, posted: Any = None) -> NoteForm:
    known = {"check_in": seat.check_in, "note": seat.note}
    return NoteForm(posted, initial=known, prefix=f"seat-{seat.pk}")


def note(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach, pk: int
) -> HttpResponse:
    """Write down what somebody told an organiser."""
    _require_act(request, reach)
    seats = reach.seats(round_).select_related("match__proposal", "application")
    seat = get_object_or_404(seats, pk=pk)
    form = _note_form(seat, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _pair(
            admin, request, round_, reach, seat.match_id, noted=(seat.pk, form)
        )
    try:
        aftercare.note(seat, form.cleaned_data["check_in"], form.cleaned_data["note"])
    except aftercare.Refused as refusal:
        admin.message_user(request, str(refusal), messages.WARNING)
    else:
        state = STATES[form.cleaned_data["check_in"] or "nothing"]
        words = f"Noted for application {seat.application_id}: {state}."
        pages.note(admin, request, seat.match.proposal, words, [seat.application])
        admin.message_user(request, "Noted.", messages.SUCCESS)
    return redirect("admin:matching_after_pair", round_.pk, seat.match_id)


def end(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach, pk: int
) -> HttpResponse:
    """End a pair, and say who of the two waits for a new partner."""
    _require_act(request, reach)
    match = _match(round_, reach, pk)
    there = [seat for seat in match.seats.all() if seat.is_in_place]
    form = EndForm(request.POST if request.method == "POST" else None, people=there)
    if not form.is_valid():
        return _pair(admin, request, round_, reach, pk, ending=form)
    again = {int(key) for key in form.cleaned_data["again"]}
    reason = form.cleaned_data["reason"]
    try:
        aftercare.end(match, again, reason, request.user)
    except aftercare.Refused as refusal:
        admin.message_user(request, str(refusal), messages.WARNING)
    else:
        nudge()
        words = f"Ended {match}. Reason: {reason}"
        people = [seat.application for seat in there]
        pages.note(admin, request, match.proposal, words, people)
        admin.message_user(request, "This pair is over.", messages.SUCCESS)
    return redirect("admin:matching_after_waiting", round_.pk)


def waiting(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach
) -> HttpResponse:
    """Who waits for a partner, and why; and who shall not get one."""
    people = reach.waiting(round_)
    return _page(
        admin,
        request,
        "after_waiting.html",
        round_,
        reach,
        title="Waiting for a partner",
        page=Paginator(people, PER_PAGE).get_page(request.GET.get("p")),
        set_aside=reach.aside(round_),
    )


def look_again(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach, pk: int
) -> HttpResponse:
    """Let somebody who was set aside wait for a partner after all."""
    _require_act(request, reach)
    application: Application = get_object_or_404(reach.aside(round_), pk=pk)
    aftercare.look_again(application)
    words = f"Application {pk} is to have a partner after all."
    pages.note(admin, request, round_, words, [application])
    return redirect("admin:matching_after_waiting", round_.pk)
