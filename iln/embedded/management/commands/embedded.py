"""manage.py embedded: the whole site on this machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from django.template.loader import render_to_string

from iln.embedded import organiser
from iln.embedded.supervisor import (
    Child,
    GaveUp,
    Supervisor,
    port_is_free,
    web_answers,
)

TAKEN = """Port {port} is taken by another program, perhaps by an earlier `make run`.
Stop that one, or choose another port: PORT={other} make run"""


class Command(BaseCommand):
    help = "Run web, worker and schedule together, on a database and a queue in one folder."

    def handle(self, **options: Any) -> None:
        self._require_port()
        self._prepare()
        greeting = self._greeting()
        connections.close_all()
        supervisor = Supervisor(_children(), settings.BASE_DIR, self._say)

        def greet_once() -> None:
            nonlocal greeting
            if greeting and web_answers(settings.PORT):
                self._say(greeting)
                greeting = ""

        try:
            supervisor.run(watch=greet_once)
        except GaveUp as error:
            self._give_up(f"{error} Its last words are above.")
        self._say("Stopped.")

    def _require_port(self) -> None:
        if not port_is_free(settings.PORT):
            self._give_up(TAKEN.format(port=settings.PORT, other=settings.PORT + 1))

    def _prepare(self) -> None:
        self._say("Preparing the database ...")
        _empty(settings.QUEUE_DIR)
        call_command("migrate", verbosity=0)
        if not get_user_model().objects.exists():
            self._say("Inviting the demo's people ...")
            call_command("demo", verbosity=0)

    def _greeting(self) -> str:
        context = {
            "site_url": settings.SITE_URL,
            "network_name": settings.NETWORK_NAME,
            "email": organiser.EMAIL,
            "password": organiser.password(),
            "data_dir": settings.DATA_DIR,
        }
        return render_to_string("embedded/greeting.txt", context)

    def _say(self, words: str) -> None:
        """At once, also into a file or a pipe, which would keep it back."""
        self.stdout.write(words)
        self.stdout.flush()

    def _give_up(self, words: str) -> None:
        self.stderr.write(words)
        sys.exit(1)


def _empty(queue: Path) -> None:
    """Forget yesterday's tasks: what is due stands in the database."""
    for file in queue.glob("*/*"):
        file.unlink()


def _children() -> list[Child]:
    celery = ("celery", "--quiet", "-A", "iln")
    quiet = ("--loglevel", "WARNING", "--pidfile=")
    return [
        Child(
            "web server",
            *("gunicorn", "iln.wsgi", "--bind", f"127.0.0.1:{settings.PORT}"),
            *("--workers", "1", "--threads", "4", "--no-control-socket"),
            *("--log-level", "warning", "--graceful-timeout", "10"),
        ),
        Child(
            "worker",
            *(*celery, "worker", "-P", "threads", "-c", "2", *quiet),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ),
        Child("schedule", *celery, "beat", "-S", "celery.beat:Scheduler", *quiet),
    ]
