"""manage.py import_applications ROUND FILE.csv: see docs/applications-csv.md."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from participants.importing import Unreadable, import_applications
from rounds.models import Round


class Command(BaseCommand):
    help = "Bring applications from a CSV file into a round, as confirmed ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("round", help="the round's name or slug")
        parser.add_argument("file", help="a CSV file in UTF-8, or - for standard input")
        parser.add_argument(
            "--dry-run", action="store_true", help="check it, write nothing"
        )

    def handle(self, *, round: str, file: str, dry_run: bool, **options: Any) -> None:
        try:
            report = import_applications(_round(round), _read(file), dry_run=dry_run)
        except Unreadable as error:
            raise CommandError(f"Nothing was imported. {error}") from None
        for line in report.problems:
            self.stderr.write(line)
        for title in report.ignored_columns:
            self.stdout.write(
                f"The column “{title}” is not one of ours, and was left out."
            )
        did = "would come in" if dry_run else "came in"
        self.stdout.write(
            f"{report.added} applications {did}, {report.already_here} were here already, "
            f"{len(report.problems)} rows need to be put right."
        )
        if report.problems:
            sys.exit(1)


def _round(words: str) -> Round:
    round_ = Round.objects.named(words)
    if round_ and round_.is_rehearsal:
        raise CommandError(f"{round_} is a rehearsal: all its people are invented.")
    if round_:
        return round_
    slugs = ", ".join(Round.objects.values_list("slug", flat=True)) or "none yet"
    raise CommandError(f"There is no round “{words}”. There are: {slugs}.")


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
