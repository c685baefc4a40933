"""Take returned mails from a mail server."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from mailbox import Maildir
from typing import Any

from django.core.management.base import BaseCommand

from iln.mail import bounces
from iln.mail.tasks import nudge


class Command(BaseCommand):
    help = (
        "Reads one returned mail from standard input, as a mail server pipes it, "
        "or all in a maildir, from which they are then deleted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--maildir", help="A folder with cur, new and tmp.")

    def handle(self, *, maildir: str | None, **options: Any) -> None:
        if maildir is None:
            self.stdout.write(bounces.take(sys.stdin.buffer.read()))
        else:
            for outcome, count in self._empty(Maildir(maildir, create=False)).items():
                self.stdout.write(f"{count}: {outcome}")
        nudge()

    def _empty(self, box: Maildir) -> Counter[bounces.Outcome]:
        """Each is deleted once it is noted: who is cut off finds the rest again."""
        outcomes = Counter[bounces.Outcome]()
        for key in sorted(box.keys()):
            outcomes[bounces.take(box.get_bytes(key))] += 1
            box.remove(key)
        return outcomes
