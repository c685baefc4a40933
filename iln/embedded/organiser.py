"""The demo's organiser, whose password the embedded run makes up and keeps."""

from __future__ import annotations

import os
import secrets

from django.conf import settings
from django.contrib.auth import get_user_model

EMAIL = "organiser@network.example"


def ensure() -> None:
    """Make the organiser's account, unless it is there."""
    people = get_user_model().objects
    if not people.filter(email=EMAIL).exists():
        people.create_superuser(EMAIL, _kept_password(), name="Organiser")


def password() -> str:
    """The password as long as it opens the door; empty once the organiser chose another."""
    person = get_user_model().objects.filter(email=EMAIL).first()
    kept = _kept_password()
    return kept if person and person.check_password(kept) else ""


def _kept_password() -> str:
    path = settings.DATA_DIR / "organiser-password"
    try:
        with open(path, "x", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
            file.write("-".join(secrets.token_hex(2) for _ in range(3)))
    except FileExistsError:
        pass
    return path.read_text().strip()
