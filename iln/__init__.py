"""The project: its wiring, and what every app may lean on."""

from iln.celery import app as celery_app

__all__ = ["celery_app"]
