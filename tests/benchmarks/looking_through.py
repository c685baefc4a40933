"""How long an organiser waits for the list of a thousand pairs, and for one of them.

python -m tests.benchmarks.looking_through, on a database that is made for it.
"""

from __future__ import annotations

import argparse
import os
import time
from statistics import median

import django

from tests.benchmarks.whole_round import database

ASKED = [
    "",
    "?q=one+kenya",
    "?country=KE",
    "?show=one-sided",
    "?reviewed=to-review",
    "?sort=gap",
    "?sort=name",
    "?sort=country",
]
TIMES = 9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="how many pairs")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    with database():
        measure(asked.count)


def measure(count: int) -> None:
    from django.test import Client
    from django.urls import reverse

    from tests.factories import OrganiserFactory, ProposalFactory
    from tests.matching.admin.many import many_pairs

    proposal, client = ProposalFactory(), Client(SERVER_NAME="localhost")
    pair = many_pairs(proposal, count)[-1]
    client.force_login(OrganiserFactory())
    whole = proposal.get_admin_url()
    one = reverse("admin:matching_proposal_pair", args=[proposal.pk, pair.pk])
    print(f"{count} pairs; of {TIMES} answers the median")
    for path in [*(whole + query for query in ASKED), one]:
        print(f"{path:>60} {1000 * seconds(client, path):6.0f} ms")


def seconds(client, path: str) -> float:
    times = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        response = client.get(path)
        times.append(time.perf_counter() - begun)
        if response.status_code != 200:
            raise SystemExit(f"{path} answers {response.status_code}.")
    return median(times)


if __name__ == "__main__":
    main()
