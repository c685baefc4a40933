"""manage.py personal_data: see docs/personal-data.md, which it writes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from iln.personal_data import as_markdown


class Command(BaseCommand):
    help = "Prints where personal data lies, for docs/personal-data.md."

    def handle(self, **options: Any) -> None:
        self.stdout.write(as_markdown(), ending="")
