"""The outbox as organisers see it: what was written, what left, what did not and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from iln.mail import figures, pausing
from iln.mail.addresses import is_invented
from iln.mail.letter import letter
from iln.mail.models import Message
from iln.mail.preview import framed
from iln.mail.tasks import nudge

FOUND = 100


def _short(moment: datetime) -> str:
    return date_format(localtime(moment), "j M, H:i")


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"
    states: dict[str, Callable[[QuerySet], QuerySet]] = {
        "waiting": lambda rows: rows.waiting(),
        "trouble": lambda rows: rows.waiting().filter(attempts__gt=0),
        "sent": lambda rows: rows.exclude(sent_at=None),
        "failed": lambda rows: rows.failed(),
        "cancelled": lambda rows: rows.exclude(cancelled_at=None),
        "held": lambda rows: rows.waiting().exclude(held_at=None),
        "in doubt": lambda rows: rows.in_doubt(),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        words = {"trouble": "To be tried again"}
        return [(state, words.get(state, capfirst(state))) for state in self.states]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = self.states.get(self.value())
        return chosen(queryset) if chosen else queryset


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    """Nobody writes mails here; one may stop those that wait and repeat those that failed."""

    list_display = ["subject", "state", "address", "kind", "due", "sent"]
    list_filter = [StateFilter, "stream", "kind"]
    search_fields = ["key", "recipient__name"]
    search_help_text = "What it is about, or the name of a person."
    date_hierarchy = "due_at"
    show_full_result_count = False
    list_per_page = 50
    actions = ["send_again", "send_copy", "hold", "resume", "cancel"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "state",
                    "why",
                    "last_answer",
                    "address",
                    "subject",
                    "due_at",
                    "sent_at",
                ]
            },
        ),
        (
            "Particulars",
            {
                "classes": ["collapse"],
                "fields": [
                    "key",
                    "kind",
                    "stream",
                    "message_id",
                    "queued_at",
                    "attempts",
                    "sending_at",
                    "failed_at",
                    "cancelled_at",
                    "held_at",
                ],
            },
        ),
    ]

    class Media:
        css = {"all": ["css/mail.css"]}

    @admin.display(description="state")
    def state(self, message: Message) -> str:
        kept = message.sent_at and is_invented(message.address)
        return "Kept here" if kept else capfirst(message.state)

    @admin.display(description="why it waits")
    def why(self, message: Message) -> str:
        return figures.why_it_waits(message) or "It does not."

    @admin.display(ordering="due_at")
    def due(self, message: Message) -> str:
        return _short(message.due_at)

    @admin.display(ordering="sent_at")
    def sent(self, message: Message) -> str:
        return _short(message.sent_at) if message.sent_at else ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_repeat_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mail.change_message")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without deleting: a row that is gone could be written, and sent, a second time."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.action(description="Send again (those that failed)", permissions=["repeat"])
    def send_again(self, request: HttpRequest, rows: QuerySet) -> None:
        failed = list(rows.failed())
        count = rows.send_again()
        self._report(request, failed, count, "to be sent again")
        nudge()

    @admin.action(
        description="Send once more, as a new mail (those that were sent)",
        permissions=["repeat"],
    )
    def send_copy(self, request: HttpRequest, rows: QuerySet) -> None:
        """For somebody who deleted or never found a mail; secret ones are asked for anew."""
        copies = figures.copies(rows)
        Message.objects.bulk_create(copies, ignore_conflicts=True)
        self._report(request, list(rows), len(copies), "to be sent once more")
        nudge()

    @admin.action(description="Hold (those that wait)", permissions=["repeat"])
    def hold(self, request: HttpRequest, rows: QuerySet) -> None:
        waiting = list(rows.at_rest().filter(held_at=None))
        self._report(request, waiting, rows.hold(), "held")

    @admin.action(description="Let go (those that are held)", permissions=["repeat"])
    def resume(self, request: HttpRequest, rows: QuerySet) -> None:
        held = list(rows.waiting().exclude(held_at=None))
        self._report(request, held, rows.resume(), "let go")
        nudge()

    @admin.action(description="Cancel (those that wait)", permissions=["repeat"])
    def cancel(self, request: HttpRequest, rows: QuerySet) -> None:
        waiting = list(rows.at_rest())
        count = rows.cancel(f"Cancelled by {request.user}.")
        self._report(request, waiting, count, "cancelled")

    def _report(
        self, request: HttpRequest, rows: list[Message], count: int, what: str
    ) -> None:
        LogEntry.objects.log_actions(request.user.pk, rows, CHANGE, f"Marked {what}.")
        mails = "1 mail" if count == 1 else f"{count} mails"
        level = messages.SUCCESS if count else messages.WARNING
        self.message_user(request, f"{mails} {what}.", level)

    def get_urls(self) -> list[URLPattern]:
        guarded, name = self.admin_site.admin_view, "mail_message"
        find, try_now = require_POST(self.find_view), require_POST(self.try_view)
        return [
            path("find/", guarded(find), name=f"{name}_find"),
            path("try/", guarded(try_now), name=f"{name}_try"),
            path(
                "<int:pk>/html/", guarded(framed(self.html_view)), name=f"{name}_html"
            ),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """The list, under what the whole outbox comes to."""
        about = {
            "title": "The outbox",
            "outbox": figures.now(),
            "may_act": self.has_repeat_permission(request),
        }
        return super().changelist_view(request, about | (extra_context or {}))

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With the headers under which it leaves, or left."""
        if message := kwargs.get("obj"):
            context["headers"] = letter(message).message().items()
        return super().render_change_form(request, context, *args, **kwargs)

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """Somebody's mails by their address, which stays out of the web address."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        address = request.POST.get("address", "").strip()
        theirs = Q(address__iexact=address) | Q(recipient__email__iexact=address)
        found = Message.objects.filter(theirs) if address else Message.objects.none()
        newest = found.order_by("-pk").values_list("pk", "recipient")[:FOUND]
        back = reverse("admin:mail_message_changelist")
        if not newest:
            self.message_user(
                request,
                "No mail was ever written to exactly this address.",
                messages.WARNING,
            )
            return redirect(back)
        people = {person for _, person in newest}
        if len(people) == 1 and None not in people:
            return redirect(f"{back}?recipient__id__exact={people.pop()}")
        return redirect(f"{back}?id__in={','.join(str(pk) for pk, _ in newest)}")

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """While all mails wait for the server: try with one of them at once."""
        if not self.has_repeat_permission(request):
            raise PermissionDenied
        if pausing.try_now():
            nudge()
            self.message_user(request, "One mail is tried now. Look again in a minute.")
        else:
            self.message_user(
                request, "There is no pause: mails leave.", messages.WARNING
            )
        return redirect("admin:mail_message_changelist")

    def html_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The mail's HTML alone, for the frame on its page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponse(get_object_or_404(Message, pk=pk).html)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Also what a search by address leads to."""
        known = {"recipient__id__exact", "id__in"}
        return lookup in known or super().lookup_allowed(lookup, value, request)
