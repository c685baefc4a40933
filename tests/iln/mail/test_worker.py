"""A real Celery worker, on the database and broker that the environment names."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection

from iln.mail.tasks import deliver_due
from tests.factories import ApplicationFactory, MessageFactory

WORKER = "-m celery -A iln worker -P threads -c 2 -l WARNING --without-gossip --without-mingle"


def database_url():
    """The test database's, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@pytest.fixture
def broker():
    """The worker's broker, to which tasks really go: in other tests they run at once."""
    app = Celery(broker=settings.CELERY_BROKER_URL, set_as_current=False)
    app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    with app:
        yield app


@contextmanager
def worker(mail_server):
    """The site's own settings, with the test's database, queue and mail server."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "iln.settings",
        "ILN_DATA_DIR": str(settings.DATA_DIR),
        "DATABASE_URL": database_url(),
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_server.port),
        "EMAIL_USE_TLS": "no",
    }
    process = subprocess.Popen(
        [sys.executable, *WORKER.split()],
        env=environment,
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_real_worker_delivers_what_is_due(transactional_db, mail_server, broker):
    application = ApplicationFactory(confirmed_at=None)
    message = MessageFactory(kind="confirm application", cause_id=application.pk)

    broker.send_task(deliver_due.name)
    with worker(mail_server) as process:
        deadline = time.monotonic() + 15
        while message.state != "sent" and time.monotonic() < deadline:
            assert process.poll() is None
            time.sleep(0.1)
            message.refresh_from_db()

    assert mail_server.reached == [message.address]
