"""A real Celery worker, on the database and broker that the environment names."""

from __future__ import annotations

import time

from iln.mail.tasks import deliver_due
from tests.factories import ApplicationFactory, MessageFactory
from tests.processes import worker


def test_a_real_worker_delivers_what_is_due(transactional_db, mail_server, broker):
    application = ApplicationFactory(confirmed_at=None)
    message = MessageFactory(kind="confirm application", cause_id=application.pk)

    broker.send_task(deliver_due.name)
    with worker(mail_server.port) as process:
        deadline = time.monotonic() + 15
        while message.state != "sent" and time.monotonic() < deadline:
            assert process.poll() is None
            time.sleep(0.1)
            message.refresh_from_db()

    assert mail_server.reached == [message.address]
