"""The search for the best matching, a job that outlives its worker; and what is due after it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread

from celery import shared_task
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from iln.mail.tasks import nudge
from matching import services
from matching.after import check_ins, departures, reconciling, survey
from matching.changing.steps import last_changed
from matching.drafts import reviewing
from matching.models import Proposal, Search
from matching.models.search import SearchQuerySet
from participants.models import User
from rounds.models import Round

UNSEEN_FOR = SILENT_FOR = timedelta(minutes=1)
BEAT = 10  # seconds between two signs of life
ATTEMPTS = 3
AT_ONCE = 200  # so that nobody waits long for a lock

CHANGED_MEANWHILE = (
    "Applications were deleted while the search was at work. Nothing was changed. "
    "Find the best matching again."
)
WORKERS_ENDED = (
    f"{ATTEMPTS} workers began this search, and each of them ended in the middle of it. "
    "Nothing was changed. Tell whoever runs this site: perhaps there is too little memory."
)

log = logging.getLogger(__name__)


class NoLongerWanted(Exception):
    """Somebody cancelled the search, or it was given to another worker."""


def start_search(
    round_: Round, by: User, again: Proposal | None = None
) -> tuple[Search, bool]:
    """The round's search under way, or a new one; and whether a worker can be reached.

    A broker that is down costs a minute, not the search: the schedule finds the row.
    """
    people = round_.applications.confirmed().count()
    search, is_new = Search.objects.get_or_create(
        round=round_,
        ended_at=None,
        defaults={"asked_by": by, "again": again, "people": people},
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
    mine = _mine(search)
    try:
        with _signs_of_life(mine):
            _find(search, mine)
    except NoLongerWanted:
        log.info("Search %s is no longer wanted.", search_id)
    except Exception as error:  # whatever it was, the organiser must not wait for ever
        _log(search_id, error)
        mine.update(failure=_in_words(error), ended_at=timezone.now())


@shared_task
def resume_searches() -> None:
    """Call a worker for each search that nobody began, or that its worker dropped."""
    now = timezone.now()
    begun_by_nobody = Q(seen_at=None, asked_at__lt=now - UNSEEN_FOR)
    dropped = Q(seen_at__lt=now - SILENT_FOR)
    searches = Search.objects.under_way().filter(begun_by_nobody | dropped)
    hopeless = searches.filter(attempts__gte=ATTEMPTS)
    hopeless.update(failure=WORKERS_ENDED, ended_at=now)
    for pk in searches.values_list("pk", flat=True):
        find_best.delay(pk)


def _claim(search_id: int) -> Search | None:
    now = timezone.now()
    free = Search.objects.under_way().filter(
        Q(seen_at=None) | Q(seen_at__lt=now - SILENT_FOR), pk=search_id
    )
    if not free.update(
        stage=Search.Stage.READING,
        stage_at=now,
        seen_at=now,
        attempts=F("attempts") + 1,
    ):
        return None
    return Search.objects.select_related("round", "asked_by", "again").get(pk=search_id)


def _mine(search: Search) -> SearchQuerySet:
    """The row, until it ends or another worker begins it anew."""
    rows = Search.objects.under_way()
    return rows.filter(pk=search.pk, attempts=search.attempts)


def _find(search: Search, mine: SearchQuerySet) -> None:
    began: dict[str, datetime] = {}

    def report(stage: str) -> None:
        now = timezone.now()
        since = began.setdefault(stage, now)
        if not mine.update(stage=stage, stage_at=since, seen_at=now):
            raise NoLongerWanted

    found = services.find(
        search.round,
        seed=search.seed,
        made_by=search.asked_by,
        report=report,
        earlier=None if search.again else last_changed(search.round),
        again=search.again,
    )
    report(Search.Stage.SAVING)
    with (
        transaction.atomic()
    ):  # no proposal is left behind by a search that was cancelled
        proposal = services.keep(found)
        done = {"stage": Search.Stage.DONE, "ended_at": timezone.now()}
        if not mine.update(proposal=proposal, **done):
            raise NoLongerWanted
        reviewing.carry_over(proposal)


@contextmanager
def _signs_of_life(mine: SearchQuerySet) -> Iterator[None]:
    """Say every few seconds that we are at it, however long a stage takes."""
    over = Event()

    def beat() -> None:
        while not over.wait(BEAT):
            try:
                mine.update(seen_at=timezone.now())
            except DatabaseError:
                log.warning("The database does not answer; the search goes on.")
        connection.close()

    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _log(search_id: int, error: Exception) -> None:
    """Where it failed, without the error's own words: they may hold somebody's data."""
    place = "".join(traceback.format_tb(error.__traceback__))
    log.error("Search %s failed: %s\n%s", search_id, type(error).__name__, place)


def _in_words(error: Exception) -> str:
    if isinstance(error, (services.NobodyToMatch, ValueError)):
        return str(error)  # both say what is wrong with the round, naming nobody
    if isinstance(error, IntegrityError):
        return CHANGED_MEANWHILE
    return (
        f"The search ended with an error ({type(error).__name__}). Nothing was changed. "
        "Try again; if it happens twice, tell whoever runs this site."
    )


# --- After the introductions ---------------------------------------------------


@shared_task
def ask_how_it_goes() -> None:
    """Ask partners whether they are in touch, ask once more, and note who stays silent."""
    for round_ in check_ins.rounds_under_way():
        while check_ins.ask(round_, limit=AT_ONCE):
            nudge()
        while check_ins.nudge(round_, limit=AT_ONCE):
            nudge()
        check_ins.note_silence(round_)


@shared_task
def tell_of_departures() -> None:
    """Tell whoever has lost a partner."""
    while departures.tell(limit=AT_ONCE):
        nudge()


@shared_task
def end_where_all_would_change() -> None:
    """End pairs of which both would rather have another partner: once a day, not at once."""
    for round_ in check_ins.rounds_under_way():
        if reconciling.end_where_all_would_change(round_):
            nudge()


@shared_task
def thank_everybody() -> None:
    """Thank everybody when a round is over, and ask how it was."""
    for round_ in survey.rounds_just_over():
        while survey.ask(round_, limit=AT_ONCE):
            nudge()
