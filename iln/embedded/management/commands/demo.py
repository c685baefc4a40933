"""manage.py demo: something to see."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.module_loading import module_has_submodule

from iln.embedded import organiser


class Command(BaseCommand):
    help = "Load an organiser and a round of invented people; a second time changes nothing."

    @transaction.atomic  # a database has the whole demo, or nothing of it
    def handle(self, *, verbosity: int, **options: Any) -> None:
        organiser.ensure()
        # The lowest room first: rounds, participants, matching, discussions.
        for app in reversed(list(apps.get_app_configs())):
            if module_has_submodule(app.module, "demo"):
                import_module(f"{app.name}.demo").load()
        if verbosity:
            self.stdout.write(f"Log in as {organiser.EMAIL}, {organiser.password()}")
