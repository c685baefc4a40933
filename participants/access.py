"""The log of organisers' looks at people's data, which people see in their export."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from iln.personal_data import Table, tables
from participants.models import Access, User


def log_access(request: HttpRequest, people: Iterable[int], where: str) -> None:
    """Note that the organiser who asks sees the data of these people (by key) on a page.

    One row per organiser, person, page and hour. It is written before the page is shown.
    """
    if not request.user.is_authenticated:
        return
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    # One's own page, and whoever has been erased meanwhile, need no row.
    known = User.objects.filter(pk__in={*people}).exclude(pk=request.user.pk)
    Access.objects.bulk_create(
        (
            Access(by_id=request.user.pk, person_id=pk, where=where[:100], seen_at=hour)
            for pk in known.order_by("pk").values_list("pk", flat=True)
        ),
        ignore_conflicts=True,
    )


class AccessLog:
    """Notes the admin's own pages about rows of somebody, whichever tables the registry has.

    Pages of our own, which show more than a row and its name, call `log_access`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        match = request.resolver_match
        if match and match.app_name == "admin":
            _note(request, response.context_data or {})
        return response


def _note(request: HttpRequest, context: dict[str, Any]) -> None:
    one = context.get("original") or context.get("object")
    if isinstance(one, models.Model):
        _note_rows(request, [one], "page")
    elif listed := getattr(context.get("cl"), "result_list", None):
        _note_rows(request, [*listed], "list")


def _note_rows(request: HttpRequest, rows: list[Any], what: str) -> None:
    meta = rows[0]._meta
    table = next((one for one in tables() if one.model == meta.label), None)
    if table is None or not _shows_people(table):
        return
    log_access(request, table.people_of(rows), f"{meta.verbose_name}, {what}")


def _shows_people(table: Table) -> bool:
    """Not what is about a whole round, and says hardly anything of one person."""
    is_the_log = table.model_class is Access
    return bool(table.personal) and not table.stays and not is_the_log
