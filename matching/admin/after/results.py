"""How a round was: what its surveys say, on a page and in files."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matching.admin import pages
from matching.after import results
from matching.after.aftercare import Reach
from matching.after.results import Group
from matching.models.survey import survey_closes_at
from rounds.models import Round

MAY_EXPORT = "matching.export_survey"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LEFT, STEP, BOTTOM, A_POINT = 70, 120, 190, 40

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Dot:
    """One group in the picture, in the measure of its viewBox."""

    x: int
    label: str
    y: float | None = None
    mean: float | None = None


def dots(by_frequency: Sequence[Group]) -> list[Dot]:
    """From “not at all” to “every week”, as one reads."""
    return [
        Dot(LEFT + STEP * k, _short(group.label), _height(group.mean), group.mean)
        for k, group in enumerate(reversed(by_frequency))
    ]


def _short(label: str) -> str:
    return label.removeprefix("About ").capitalize()


def _height(mean: float | None) -> float | None:
    return None if mean is None else BOTTOM - A_POINT * (mean - 1)


def _require_all(reach: Reach) -> None:
    """Liaisons see their pairs; these numbers are of everybody."""
    if reach.countries is not None:
        raise PermissionDenied


def page(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach
) -> HttpResponse:
    _require_all(reach)
    found = results.of(round_)
    return pages.render(
        admin,
        request,
        "after_results.html",
        round_,
        title=f"Results: {round_}",
        step="After",
        reach=reach,
        found=found,
        fewest=results.FEWEST,
        dots=dots(found.by_frequency),
        lines=[(point, _height(point)) for point in range(1, 6)],
        closes_at=survey_closes_at(round_),
        may_export=found.is_closed and request.user.has_perm(MAY_EXPORT),
    )


def numbers(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach
) -> HttpResponse:
    """The numbers of the page, with the same groups hidden."""
    _require_all(reach)
    return _file(f"{round_.slug}-results.csv", results.as_rows(results.of(round_)))


def answers(
    admin: ModelAdmin, request: HttpRequest, round_: Round, reach: Reach
) -> HttpResponse:
    """Each answer, without a name; by POST, since it is logged who took it."""
    _require_all(reach)
    pages.require(request, MAY_EXPORT)
    if not results.of(round_).is_closed:
        return redirect("admin:matching_after_results", round_.pk)
    rows = [["satisfaction", "frequency", "wishes worth", "words", "may quote"]]
    rows += [
        [
            str(one.satisfaction),
            one.frequency,
            one.wishes_worth,
            one.words,
            "yes" if one.may_quote else "no",
        ]
        for one in results.answers_of(round_)
    ]
    admin.log_change(request, round_, "Exported the answers to the survey.")
    log.info("Person %s exported the survey of round %s.", request.user.pk, round_.pk)
    return _file(f"{round_.slug}-answers.csv", rows)


def _file(name: str, rows: Iterable[Sequence[str]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response.write("\ufeff")  # so that spreadsheets read it as UTF-8
    csv.writer(response).writerows([_plain(cell) for cell in row] for row in rows)
    return response


def _plain(cell: str) -> str:
    """What no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
