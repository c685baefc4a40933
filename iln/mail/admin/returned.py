"""Mails that came back, and addresses that work again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from iln.mail.models import Returned


@admin.register(Returned)
class ReturnedAdmin(admin.ModelAdmin):
    """Nobody writes reports; one may say that an address works again."""

    list_display = ["to", "is_hard", "status", "mail", "at", "lifted_at"]
    list_display_links = None
    list_filter = ["is_hard"]
    list_select_related = ["message__recipient"]
    search_fields = ["message__recipient__name"]
    search_help_text = "The name of a person."
    actions = ["lift"]

    @admin.display(description="to")
    def to(self, returned: Returned) -> str:
        message = returned.message
        return format_html("<bdi>{}</bdi>", message.recipient or message.address)

    @admin.display(description="mail")
    def mail(self, returned: Returned) -> str:
        url = reverse("admin:mail_message_change", args=[returned.message_id])
        return format_html('<a href="{}">{}</a>', url, returned.message.kind)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mail.change_returned")

    @admin.action(description="The address works again", permissions=["lift"])
    def lift(self, request: HttpRequest, rows: QuerySet) -> None:
        hard = list(rows.hard())
        count = rows.hard().update(lifted_at=timezone.now())
        LogEntry.objects.log_actions(
            request.user.pk, hard, CHANGE, "Said that the address works again."
        )
        level = messages.SUCCESS if count else messages.WARNING
        self.message_user(request, f"Addresses that get mails again: {count}.", level)
