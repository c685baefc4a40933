"""The decision log of a round, to be read and exported."""

from __future__ import annotations

import csv

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from matching.admin import pages
from matching.logbook import KINDS, Log, Wanted, authors
from matching.wording import joined
from rounds.models import Round

A_PAGE = 50
COLUMNS = ["When (UTC)", "Who", "What", "Details", "To whom", "Why"]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class WantedForm(forms.Form):
    kind = forms.ChoiceField(
        label="What", required=False, choices=[("", "Everything"), *KINDS.items()]
    )
    author = forms.ModelChoiceField(
        None, label="Who", required=False, empty_label="Everybody"
    )
    person = forms.CharField(label="To whom", required=False, max_length=100)
    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, round_: Round, *args) -> None:
        super().__init__(*args)
        self.fields["author"].queryset = authors(round_)
        self.fields["author"].label_from_instance = lambda user: user.name

    @property
    def wanted(self) -> Wanted:
        """What is looked for, as far as it can be understood."""
        self.is_valid()
        found = self.cleaned_data
        author = found.get("author")
        return Wanted(
            kind=found.get("kind", ""),
            author=author and author.pk,
            person=found.get("person", ""),
            since=found.get("since"),
            until=found.get("until"),
        )


class LogViews:
    """The page of a round's matching day that shows what was decided. Nothing changes it."""

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        name = "matching_log"
        return [
            path("day/<int:round_id>/log/", guarded(self.log_view), name=name),
            path(
                "day/<int:round_id>/log/export/",
                guarded(require_POST(self.export_view)),
                name=f"{name}_export",
            ),
            *super().get_urls(),
        ]

    def log_view(self, request: HttpRequest, round_id: int) -> HttpResponse:
        """Who did what to whom, when and why."""
        pages.require(request, "matching.view_proposal")
        round_ = get_object_or_404(Round, pk=round_id)
        form = WantedForm(round_, request.GET)
        log = Log(round_, form.wanted)
        return pages.render(
            self,
            request,
            "log.html",
            round_,
            title="Decision log",
            step="After" if round_.published_at else "Look through",
            form=form,
            page=Paginator(log, A_PAGE).get_page(request.GET.get("p")),
            may_export=request.user.has_perm("matching.export_log"),
        )

    def export_view(self, request: HttpRequest, round_id: int) -> HttpResponse:
        """All that was looked for as a table."""
        pages.require(request, "matching.view_proposal", "matching.export_log")
        round_ = get_object_or_404(Round, pk=round_id)
        log = Log(round_, WantedForm(round_, request.GET).wanted)
        lines = log[:]
        self.log_change(request, round_, f"Exported {len(lines)} lines of the log.")
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f"attachment; filename=log-{round_.slug}.csv"
        response.write("\ufeff")
        table = csv.writer(response)
        table.writerow(COLUMNS)
        for line in lines:
            when = f"{line.at:%Y-%m-%d %H:%M:%S}"
            cells = [line.by, line.kind, line.words, joined(line.people), line.reason]
            table.writerow([when, *map(_harmless, cells)])
        return response


def _harmless(cell: str) -> str:
    """What no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip().startswith(FORMULA) else cell
