"""Several people pressing at the same moment."""

from __future__ import annotations

from threading import Barrier, Thread

from django.db import connection


def at_once(act, times=2):
    """What an act answers, or the type of error it raises, in threads that begin together."""
    begin, answers = Barrier(times), []

    def press():
        begin.wait()
        try:
            answers.append(act())
        except Exception as error:
            answers.append(type(error))
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
