"""Whether time tells who is known to us: medians for known and unknown addresses, interleaved.

python -m tests.benchmarks.enumeration, on a database that is made for it.
"""

from __future__ import annotations

import argparse
import os
import time
from statistics import median

import django

from tests.benchmarks.whole_round import database

FORMS = {
    "a link to sign in": "participants:send_link",
    "be told of the next round": "participants:ask_to_be_told",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="addresses of each sort")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.conf import settings

    settings.CELERY_TASK_ALWAYS_EAGER = False  # as on a site: a worker sends
    with database():
        measure(asked.count)


def measure(count: int) -> None:
    from unittest.mock import patch

    from django.test import Client
    from django.urls import reverse

    from tests.factories import OpeningAlertFactory, UserFactory

    known = [f"known{number}@example.org" for number in range(count)]
    for email in known:
        UserFactory(email=email)
        OpeningAlertFactory(email=email)
    client = Client(SERVER_NAME="localhost")
    print(f"{'':<28}  known  unknown   ratio   (medians of {count}, in ms)")
    with patch("iln.mail.tasks.deliver_due.delay"):
        for form, name in FORMS.items():
            times: dict[str, list[float]] = {"known": [], "unknown": []}
            for address in known:
                for sort, email in (("known", address), ("unknown", f"un{address}")):
                    times[sort].append(seconds(client, reverse(name), email))
            one, other = median(times["known"]), median(times["unknown"])
            print(f"{form:<28} {1e3 * one:6.2f} {1e3 * other:8.2f} {one / other:7.3f}")


def seconds(client, path: str, email: str) -> float:
    begun = time.perf_counter()
    response = client.post(path, {"email": email})
    taken = time.perf_counter() - begun
    if response.status_code != 302:
        raise SystemExit(f"{path} answers {response.status_code}.")
    return taken


if __name__ == "__main__":
    main()
