"""What the tests of forms share."""

from __future__ import annotations

import threading

from django.db import connection
from django.utils.datastructures import MultiValueDict

from participants.forms import ApplicationForm
from participants.models import Application
from tests.factories import RoundFactory


def as_query(typed):
    """A form's values as a browser sends them: several under one name."""
    return MultiValueDict(
        {
            name: value if isinstance(value, list) else [value]
            for name, value in typed.items()
        }
    )


def fill(typed, *, instance=None, **changes):
    instance = instance or Application(round=RoundFactory.build())
    return ApplicationForm(as_query(typed | changes), instance=instance)


def at_once(*acts):
    """Several people act at the same moment, each over a connection of their own."""
    ready = threading.Barrier(len(acts))

    def run(act):
        ready.wait(10)
        try:
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
