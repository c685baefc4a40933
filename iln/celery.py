"""The Celery app. What runs when is in settings.CELERY_BEAT_SCHEDULE."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iln.settings")

app = Celery("iln")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
