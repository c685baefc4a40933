"""Other processes of the site, on the test's database, broker and mail server."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

WORKER = (
    "-m celery -A iln worker -P threads -l WARNING --without-gossip --without-mingle"
)


def database_url():
    """The test database's, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def start(*arguments, port):
    """A Python process with the site's own settings, which sends mails to this port."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "iln.settings",
        "ILN_DATA_DIR": str(settings.DATA_DIR),
        "DATABASE_URL": database_url(),
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port),
        "EMAIL_USE_TLS": "no",
    }
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def worker(port, threads=2):
    process = start(*WORKER.split(), "-c", str(threads), port=port)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
