"""How long a round takes, from a table of applications to introductions.

python -m tests.benchmarks.whole_round --count 2000, on a database that is made for it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.test import override_settings

NOWHERE = "django.core.mail.backends.dummy.EmailBackend"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="how many people")
    parser.add_argument("--seed", type=int, default=1, help="which people")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    with database(), TemporaryDirectory() as folder:
        figures = live_through(asked.count, asked.seed, Path(folder) / "people.csv")
    print(json.dumps(figures))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{'peak memory':>20} {peak / 1024:8.0f} MB")


@contextmanager
def database() -> Iterator[None]:
    from django.db import connection

    used = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(used, verbosity=0)


def live_through(count: int, seed: int, file: Path) -> dict[str, int]:
    """Every stage of a round in turn; answers the figures of its matching."""
    from django.core.management import call_command

    from iln.mail.outbox import deliver_due
    from matching.models import Proposal
    from matching.publishing.publication import publish
    from tests.factories import OrganiserFactory, RoundFactory

    round_, printed = RoundFactory(closed=True), StringIO()
    with stage("inventing people"), file.open("w", encoding="utf-8") as table:
        call_command("make_applicants", count=count, seed=seed, stdout=table)
    with stage("importing them"):
        call_command("import_applications", round_.slug, str(file), stdout=StringIO())
    with stage("matching"):
        call_command("match", round_.slug, "--json", stdout=printed)
    with stage("publishing"):
        publish(Proposal.objects.get(), OrganiserFactory(), at_once=True)
    with stage("delivering"), override_settings(EMAIL_BACKEND=NOWHERE):
        deliver_due()
    return json.loads(printed.getvalue())


@contextmanager
def stage(name: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    print(f"{name:>20} {time.perf_counter() - begun:8.2f} s", flush=True)


if __name__ == "__main__":
    main()
