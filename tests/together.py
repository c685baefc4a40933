"""Several people pressing at the same moment."""

from __future__ import annotations

import os
from threading import Barrier, Thread
from time import sleep

from django.db import connection

# How often each race is run on PostgreSQL; CI may ask for more.
RACES = int(os.environ.get("RACES", "20"))
HEAD_START = 0.1  # seconds, about as long as one act takes


def together(*acts):
    """What each act answers, or the type of error it raises, in threads that begin together."""
    begin, answers = Barrier(len(acts)), {}

    def run(nth, act):
        begin.wait()
        try:
            answers[nth] = act()
        except Exception as error:
            answers[nth] = type(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[nth] for nth in range(len(acts))]


def after(head_start, act):
    """The act, a little later: from not at all (0) to when another is through (1)."""

    def wait():
        sleep(head_start * HEAD_START)
        return act()

    return wait


def at_once(act, times=2):
    """Several people pressing the same at the same moment."""
    return together(*[act] * times)
