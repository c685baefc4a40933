"""iln.settings, made fast, on the database and broker that the environment names."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.setdefault("ILN_DATA_DIR", tempfile.mkdtemp(prefix="iln-tests-"))

from iln.settings import *  # noqa: F403
from iln.settings import DATA_DIR, DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, so that threads and a worker of its own can open it too.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA_DIR) / "test.sqlite3")}
