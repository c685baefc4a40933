"""Whether time tells who is known to us: medians for known and unknown addresses, interleaved.

python -m tests.benchmarks.enumeration, on a database that is made for it.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING

import django

from tests.benchmarks.whole_round import database

if TYPE_CHECKING:
    from django.test import Client

    from rounds.models import Round

Asked = Callable[[str], float]
FORMS = {
    "a link to sign in": "participants:send_link",
    "be told of the next round": "participants:ask_to_be_told",
}
APPLY = "apply"
TYPED = {
    "name": ["Amina Otieno"],
    "country": ["KE"],
    "time_zone": ["Africa/Nairobi"],
    "language_1": ["en"],
    "comfort_1": ["3"],
    "workplace": ["public-library"],
    "role": ["librarian"],
    "career_stage": ["mid-career"],
    "interests": ["makerspaces"],
    "about": ["I run the story hour."],
    "accepts_three": ["on"],
    "wish_role": ["same"],
    "wish_role_strength": ["nice"],
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

    from tests.factories import ApplicationFactory, OpeningAlertFactory, RoundFactory

    round_ = RoundFactory()
    known = [f"known{number}@example.org" for number in range(count)]
    for email in known:
        ApplicationFactory(round=round_, user__email=email)
        OpeningAlertFactory(email=email)
    client = Client(SERVER_NAME="localhost")

    def fill_in(path: str) -> Asked:
        return lambda email: seconds(client, path, {"email": email})

    forms = {form: fill_in(reverse(name)) for form, name in FORMS.items()}
    forms[APPLY] = lambda email: seconds_to_apply(round_, email)
    print(f"{'':<28}  known  unknown   ratio   (medians of {count}, in ms)")
    with patch("iln.mail.tasks.deliver_due.delay"):
        for form, asked in forms.items():
            times: dict[str, list[float]] = {"known": [], "unknown": []}
            for nth, address in enumerate(known):
                both = [("known", address), ("unknown", f"un{address}")]
                for sort, email in both if nth % 2 else reversed(both):
                    times[sort].append(asked(email))
            one, other = median(times["known"]), median(times["unknown"])
            print(f"{form:<28} {1e3 * one:6.2f} {1e3 * other:8.2f} {one / other:7.3f}")


def seconds_to_apply(round_: Round, email: str) -> float:
    """The last button of the form; all before it says nothing about anybody yet."""
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from participants.services import drafts
    from participants.views.browser import remember

    draft, key = drafts.begin(round_)
    draft.answers, draft.email = TYPED | {"email": [email]}, email
    draft.step, draft.wishes_seen_at = "wishes", timezone.now()
    draft.save()
    client, response = Client(SERVER_NAME="localhost"), HttpResponse()
    remember(response, key)
    client.cookies.update(response.cookies)
    path = reverse("participants:check", args=[round_.slug])
    return seconds(client, path, {"agree_conduct": "on", "agree_data": "on"})


def seconds(client: Client, path: str, typed: dict[str, str]) -> float:
    begun = time.perf_counter()
    response = client.post(path, typed)
    taken = time.perf_counter() - begun
    if not response.get("Location", "").endswith("/sent/"):
        raise SystemExit(
            f"{path} answers {response.status_code}, and not as it should."
        )
    return taken


if __name__ == "__main__":
    main()
