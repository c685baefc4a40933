"""A sender of its own process, to be killed: `python -m tests.faults.sender LEASE`.

The site's code and settings, with a lease of seconds instead of minutes.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iln.settings")
    django.setup()

from iln.mail import kinds, outbox, pausing
from iln.mail.models import Message, message

AGAIN = kinds.Kind("again", Message.Stream.ROUND, "faults", needed=True)
ONCE = kinds.Kind("once", Message.Stream.TOPICS, "faults", doubtful="hold")


def main(lease: float) -> None:
    kinds.register(AGAIN)
    kinds.register(ONCE)
    message.LEASE = timedelta(seconds=lease)
    pausing.TRIES = [timedelta(seconds=lease / 10)]
    while True:
        outbox.deliver_due()
        time.sleep(0.05)


if __name__ == "__main__":
    main(float(sys.argv[1]))
