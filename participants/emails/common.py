"""What all our mails share: where links lead, and how keys are made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from iln.mail.models import Message

Stream = Message.Stream
FOLDER = "participants/emails"


def absolute(thing: Any) -> str:
    return f"{settings.SITE_URL}{thing.get_absolute_url()}"


def this_minute() -> datetime:
    """Keys a mail that may be asked for again, but not many times in a row."""
    return timezone.now().replace(second=0, microsecond=0)
