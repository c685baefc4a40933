"""The outbox as organisers see it: what was written, what left, what did not and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime

from iln.mail.addresses import is_invented
from iln.mail.models import Message
from iln.mail.preview import framed
from iln.mail.tasks import nudge


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
        "held": lambda rows: rows.exclude(held_at=None),
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
    search_fields = ["key", "address"]
    search_help_text = "What it is about, or the mail address."
    date_hierarchy = "due_at"
    show_full_result_count = False
    list_per_page = 50
    actions = ["send_again", "cancel"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "state",
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
        html = self.admin_site.admin_view(framed(self.html_view))
        return [
            path("<int:pk>/html/", html, name="mail_message_html"),
            *super().get_urls(),
        ]

    def html_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The mail's HTML alone, for the frame on its page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponse(get_object_or_404(Message, pk=pk).html)
