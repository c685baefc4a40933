"""A rush of sign-ups on the embedded run: every step of the form, many people at a time.

python -m tests.benchmarks.burst --count 1000 --seconds 120, with data and a port of its own.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
PATIENCE = 120  # seconds until the site is up, and until the last mail is written
STEPS = {
    "you": {"name": "Amina Otieno"},
    "place": {"country": "KE", "time_zone": "Africa/Nairobi"},
    "work": {
        "language_1": "en",
        "comfort_1": "3",
        "workplace": "public-library",
        "role": "librarian",
        "career_stage": "mid-career",
    },
    "interests": {
        "interests": ["makerspaces", "storytelling"],
        "about": "I run the story hour.",
    },
    "contact": {"accepts_three": "on"},
    "wishes": {"wish_workplace": "same", "wish_workplace_strength": "nice"},
    "check": {"agree_conduct": "on", "agree_data": "on"},
}


class Visitor:
    """One browser, with cookies of its own; each of its requests is timed."""

    def __init__(self, site: str, times: deque[float]) -> None:
        self.site, self.times = site, times
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def open(self, path: str, typed: dict | None = None) -> str:
        """The page in the end, redirects followed."""
        data = urlencode(typed, doseq=True).encode() if typed else None
        begun = time.perf_counter()
        with self.opener.open(self.site + path, data, timeout=60) as answer:
            page, self.url = answer.read().decode(), answer.url
        self.times.append(time.perf_counter() - begun)
        return page

    def apply(self, address: str) -> bool:
        """All the way; whether they were told to look into their mail."""
        self.open("/apply/")
        here = self.url.removeprefix(self.site)
        page = self.open(f"{here}you/")
        for step, answers in STEPS.items():
            typed = {"csrfmiddlewaretoken": TOKEN.findall(page)[-1], **answers}
            if step == "you":
                typed["email"] = address
            page = self.open(f"{here}{step}/", typed)
        return self.url.endswith("/apply/sent/")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="applications")
    parser.add_argument("--seconds", type=float, default=120, help="they come within")
    parser.add_argument("--clients", type=int, default=16, help="browsers at a time")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder, embedded_run(Path(folder)) as site:
        ended, times, seconds = rush(site, asked.count, asked.seconds, asked.clients)
        report(Path(folder), ended, times, seconds)


@contextmanager
def embedded_run(folder: Path) -> Iterator[str]:
    """The whole site, as `make run` starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run = subprocess.Popen(
        [sys.executable, "manage.py", "embedded"],
        env=os.environ | {"ILN_DATA_DIR": str(folder), "PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}"
    finally:
        run.send_signal(signal.SIGINT)
        run.wait(PATIENCE)


def wait_for(url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            urlopen(url, timeout=5).close()  # noqa: S310 - our own
        except URLError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("The site does not answer.")


def rush(
    site: str, count: int, seconds: float, clients: int
) -> tuple[list[str], deque[float], float]:
    """How each application ended, how long requests took, and all of it together."""
    times: deque[float] = deque()
    begun = time.monotonic()

    def one(number: int) -> str:
        time.sleep(max(0, begun + seconds * number / count - time.monotonic()))
        try:
            sent = Visitor(site, times).apply(f"burst-{number}@example.org")
        except (OSError, IndexError) as error:
            return repr(error)
        return "" if sent else "not sent"

    with ThreadPoolExecutor(clients) as pool:
        ended = list(pool.map(one, range(count)))
    return ended, times, time.monotonic() - begun


def report(folder: Path, ended: list[str], times: deque[float], seconds: float) -> None:
    sent = ended.count("")
    applications = rows(folder, "participants_user WHERE email LIKE 'burst-%'")
    cuts = quantiles(times, n=20)
    print(f"{len(ended):,} applications, {len(times):,} pages in {seconds:.0f} s")
    print(
        f"{len(times) / seconds:.0f} pages/s, p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s"
    )
    print(f"errors {len(ended) - sent}, lost {sent - applications}")
    print(f"mails all written after {mails_written(folder, sent):.0f} s more")
    for words in sorted(set(ended) - {""})[:5]:
        print(words)


def mails_written(folder: Path, sent: int) -> float:
    """How much longer the worker takes until all who applied have their mail."""
    begun = time.monotonic()
    which = "mail_message WHERE address LIKE 'burst-%' AND sent_at IS NOT NULL"
    while rows(folder, which) < sent:
        if time.monotonic() > begun + PATIENCE:
            raise SystemExit(
                f"Only {rows(folder, which)} of {sent} mails were written."
            )
        time.sleep(1)
    return time.monotonic() - begun


def rows(folder: Path, which: str) -> int:
    with sqlite3.connect(folder / "network.sqlite3", timeout=20) as database:
        query = f"SELECT count(*) FROM {which}"  # noqa: S608 - words of our own
        return database.execute(query).fetchone()[0]


if __name__ == "__main__":
    main()
