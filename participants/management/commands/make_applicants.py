from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from participants.invented.people import EmptyVocabulary
from participants.invented.sheet import applications_csv


class Command(BaseCommand):
    help = "Writes a table of invented applicants, for import_applications to read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, default=92, help="how many people")
        parser.add_argument(
            "--seed", type=int, default=1, help="another number, other people"
        )

    def handle(self, *, count: int, seed: int, **options: Any) -> None:
        if count < 1:
            raise CommandError("--count must be 1 or more.")
        if hasattr(self.stdout, "reconfigure"):  # not when it is kept in memory
            self.stdout.reconfigure(encoding="utf-8", newline="")
        try:
            self.stdout.write(applications_csv(count, seed), ending="")
        except EmptyVocabulary as error:
            raise CommandError(str(error)) from error
