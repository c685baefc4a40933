from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_save


class MatchingConfig(AppConfig):
    name = "matching"

    def ready(self) -> None:
        from matching import logbook, past
        from participants import luck

        post_save.connect(
            logbook.note, sender="admin.LogEntry", dispatch_uid="matching.logbook"
        )
        if past.tell not in luck.SOURCES:
            luck.SOURCES.append(past.tell)
