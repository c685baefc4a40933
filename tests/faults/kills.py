"""Senders that are killed in the middle, and what arrives all the same."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass

from iln.mail.models import Message
from tests.factories import MessageFactory
from tests.processes import start

PATIENCE = 60  # seconds without a mail


@dataclass(frozen=True)
class Account:
    """What became of all mails."""

    lost: int
    second_ids: int
    extra: int
    in_doubt: int
    arrived_though_failed: int


def fill(kind, stream, count):
    rows = MessageFactory.build_batch(count, kind=kind, stream=stream)
    Message.objects.bulk_create(rows)


def send_with_kills(server, kills, workers=2, lease=2, seed=0):
    """Let senders work, kill one (as kill -9 does) so many times, and wait for the end."""
    chance = random.Random(seed)
    total = Message.objects.count()
    senders = [_sender(server, lease) for _ in range(workers)]
    try:
        for nth in range(1, kills + 1):
            _wait_until(
                server, lambda: len(server.accepted), nth * total // (kills + 1)
            )
            time.sleep(chance.uniform(0, 0.01))
            victim = senders.pop(chance.randrange(workers))
            victim.kill()
            victim.wait()
            senders.append(_sender(server, lease))
        _wait_until(server, _ended, total)
    finally:
        for sender in senders:
            sender.kill()
            sender.wait()


def account(server):
    """Compare what the outbox says with what arrived."""
    arrived = Counter(mail["Message-ID"] for _, mail in server.accepted)
    ids = {
        tuple(recipients): set() for recipients, _ in server.accepted
    }  # each mail of these has an address of its own
    for recipients, mail in server.accepted:
        ids[tuple(recipients)].add(mail["Message-ID"])
    rows = Message.objects.all()
    doubtful = set(rows.in_doubt().values_list("message_id", flat=True))
    sent = set(rows.exclude(sent_at=None).values_list("message_id", flat=True))
    everything = set(rows.values_list("message_id", flat=True))
    return Account(
        lost=len(everything - doubtful - set(arrived)),
        second_ids=sum(len(known) - 1 for known in ids.values()),
        extra=arrived.total() - len(arrived),
        in_doubt=len(doubtful),
        arrived_though_failed=len(set(arrived) - sent - doubtful),
    )


def _sender(server, lease):
    return start("-m", "tests.faults.sender", str(lease), port=server.port)


def _ended():
    rows = Message.objects.all()
    return rows.count() - rows.waiting().filter(doubtful_at=None).count()


def _wait_until(server, count, enough):
    """Wait for a count, as long as something goes on."""
    seen, deadline = -1, time.monotonic() + PATIENCE
    while (now := count()) < enough:
        if now > seen:
            seen, deadline = now, time.monotonic() + PATIENCE
        assert time.monotonic() < deadline, f"Nothing moves: {now} of {enough}."
        time.sleep(0.01)
