"""What the tests of forms share."""

from __future__ import annotations

import threading

from django.db import connection
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from participants.forms import ApplicationForm, steps
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


def step_url(round_, step):
    return reverse("participants:step", args=[round_.slug, step])


def check_url(round_):
    return reverse("participants:check", args=[round_.slug])


def part(typed, step):
    """What is typed on one step."""
    names = steps.BY_SLUG[step].fields
    return {name: value for name, value in typed.items() if name in names}


def walk(client, round_, typed, **more):
    """Type everything step by step, up to the check of the answers; the last response."""
    for step in steps.STEPS:
        response = client.post(
            step_url(round_, step.slug), part(typed, step.slug), **more
        )
    return response


def agree(client, round_, **changes):
    """Press the button under the answers."""
    agreed = {"agree_conduct": "on", "agree_data": "on"} | changes
    return client.post(check_url(round_), agreed)


def apply_as(client, round_, typed):
    """All the way, from the first step to the last button."""
    walk(client, round_, typed)
    return agree(client, round_)


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
