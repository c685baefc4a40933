"""The search for the best matching: a job that outlives its worker."""

from __future__ import annotations

import logging
import traceback
from datetime import timedelta
from functools import partial

from celery import shared_task
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from matching import services
from matching.models import Search
from participants.models import User
from rounds.models import Round

UNSEEN_FOR = timedelta(minutes=1)
SILENT_FOR = timedelta(minutes=5)

log = logging.getLogger(__name__)


def start_search(round_: Round, by: User) -> tuple[Search, bool]:
    """The round's search under way, or a new one; and whether a worker can be reached.

    A broker that is down costs a minute, not the search: the schedule finds the row.
    """
    search, is_new = Search.objects.get_or_create(
        round=round_, ended_at=None, defaults={"asked_by": by}
    )
    return search, _call_worker(search.pk) if is_new else True


def _call_worker(search_id: int) -> bool:
    try:
        transaction.on_commit(partial(find_best.delay, search_id))
    except (OperationalError, OSError):
        log.warning("The broker does not answer; the schedule will start the search.")
        return False
    return True


@shared_task
def find_best(search_id: int) -> None:
    """Find the best matching, unless somebody is at it: a doubled task finds nothing to do."""
    search = _claim(search_id)
    if search is None:
        return
    mine = Search.objects.filter(pk=search_id, ended_at=None)

    def report(stage: str) -> None:
        mine.update(stage=stage, seen_at=timezone.now())

    try:
        proposal = services.propose(
            search.round, seed=search.seed, made_by=search.asked_by, report=report
        )
    except Exception as error:  # whatever it was, the organiser must not wait for ever
        _log(search_id, error)
        mine.update(failure=_in_words(error), ended_at=timezone.now())
    else:
        done = {"stage": Search.Stage.DONE, "ended_at": timezone.now()}
        if not mine.update(proposal=proposal, **done):
            proposal.delete()  # we were thought lost, and somebody else was quicker


@shared_task
def resume_searches() -> None:
    """Call a worker for each search that nobody began, or that its worker dropped."""
    now = timezone.now()
    begun_by_nobody = Q(seen_at=None, asked_at__lt=now - UNSEEN_FOR)
    dropped = Q(seen_at__lt=now - SILENT_FOR)
    searches = Search.objects.filter(begun_by_nobody | dropped, ended_at=None)
    for pk in searches.values_list("pk", flat=True):
        find_best.delay(pk)


def _claim(search_id: int) -> Search | None:
    now = timezone.now()
    free = Search.objects.filter(
        Q(seen_at=None) | Q(seen_at__lt=now - SILENT_FOR), pk=search_id, ended_at=None
    )
    if not free.update(stage=Search.Stage.READING, seen_at=now):
        return None
    return Search.objects.select_related("round", "asked_by").get(pk=search_id)


def _log(search_id: int, error: Exception) -> None:
    """Where it failed, without the error's own words: they may hold somebody's data."""
    place = "".join(traceback.format_tb(error.__traceback__))
    log.error("Search %s failed: %s\n%s", search_id, type(error).__name__, place)


def _in_words(error: Exception) -> str:
    if isinstance(error, (services.NobodyToMatch, ValueError)):
        return str(error)  # both say what is wrong with the round, naming nobody
    return (
        f"The search ended with an error ({type(error).__name__}). Nothing was changed. "
        "Try again; if it happens twice, tell whoever runs this site."
    )
