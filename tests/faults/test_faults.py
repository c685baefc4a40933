"""Real processes, a real mail server, and everything that goes wrong between them.

At length: `make faults`.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from django.db import transaction
from redis import Redis

from iln.mail import outbox, tasks
from iln.mail.models import Message
from tests.factories import ApplicationFactory, MessageFactory
from tests.faults.kills import account, fill, send_with_kills
from tests.processes import start, worker

Stream = Message.Stream
# Few where somebody waits for the answer; `make faults` asks for many.
MAILS = int(os.environ.get("FAULT_MAILS", "120"))
KILLS = int(os.environ.get("FAULT_KILLS", "3"))
WORKERS = 2


def test_senders_that_are_killed_lose_no_mail(transactional_db, mail_server):
    fill("again", Stream.ROUND, MAILS)

    send_with_kills(mail_server, KILLS, WORKERS)

    found = account(mail_server)
    assert (found.lost, found.second_ids, found.in_doubt) == (0, 0, 0)
    assert found.extra <= KILLS * WORKERS


def test_mails_that_must_not_come_twice_are_held_where_a_sender_was_killed(
    transactional_db, mail_server
):
    fill("once", Stream.TOPICS, MAILS)

    send_with_kills(mail_server, KILLS, WORKERS, seed=1)

    found = account(mail_server)
    assert (found.lost, found.second_ids, found.extra) == (0, 0, 0)
    assert found.in_doubt <= KILLS


def wait_for_all(seconds=20):
    deadline = time.monotonic() + seconds
    while Message.objects.waiting().exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not Message.objects.waiting().exists()


def to_confirm(count):
    """Mails of a kind that the site itself has, each under an id of its own."""
    cause = ApplicationFactory(confirmed_at=None).pk
    return MessageFactory.create_batch(
        count, kind="confirm application", cause_id=cause
    )


def ids(server):
    return sorted(mail["Message-ID"] for _, mail in server.accepted)


def test_one_task_delivered_ten_times_at_once_sends_each_mail_once(
    transactional_db, mail_server, broker
):
    rows = to_confirm(60)

    for _ in range(10):
        broker.send_task(tasks.deliver_due.name)
    with worker(mail_server.port, threads=10):
        assert wait_for_all()
        time.sleep(0.5)

    assert ids(mail_server) == sorted(row.message_id for row in rows)


def forget_all_tasks(settings):
    """What FLUSHALL does to the broker's queue."""
    if settings.CELERY_BROKER_URL.startswith("redis"):
        redis = Redis.from_url(settings.CELERY_BROKER_URL)
        redis.delete("celery", "unacked", "unacked_index", "_kombu.binding.celery")
        redis.close()
    for task in (Path(settings.QUEUE_DIR) / "tasks").glob("*.msg"):
        with suppress(FileNotFoundError):
            task.unlink()


def test_a_broker_that_forgets_everything_loses_no_mail(
    transactional_db, mail_server, broker, settings
):
    rows = to_confirm(40)
    broker.send_task(tasks.deliver_due.name)

    forget_all_tasks(settings)
    with worker(mail_server.port):
        assert not wait_for_all(seconds=3)
        broker.send_task(tasks.deliver_due.name)  # the schedule's next tick
        assert wait_for_all()

    assert ids(mail_server) == sorted(row.message_id for row in rows)


def test_a_mail_server_that_comes_back_gets_all_mails(
    transactional_db, mail_server, settings
):
    fill("again", Stream.ROUND, 40)
    nobody_there = start("-m", "tests.faults.sender", "2", port=1)
    time.sleep(3)
    waited = Message.objects.waiting().filter(attempts=0).count()
    nobody_there.kill()
    nobody_there.wait()

    sender = start("-m", "tests.faults.sender", "2", port=mail_server.port)
    arrived = wait_for_all()
    sender.kill()
    sender.wait()

    assert (waited, arrived) == (40, True)
    assert account(mail_server).extra == 0


def test_a_transaction_that_is_undone_sends_nothing(
    transactional_db, mail_server, monkeypatch
):
    nudges = []
    monkeypatch.setattr(tasks.deliver_due, "delay", lambda: nudges.append(1))

    with transaction.atomic():
        outbox.queue([MessageFactory.build(kind="again")])
        tasks.nudge()
        transaction.set_rollback(True)
    outbox.deliver_due()

    assert (mail_server.accepted, nudges, Message.objects.count()) == ([], [], 0)
