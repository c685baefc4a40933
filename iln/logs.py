"""Logs that open nobody's page."""

from __future__ import annotations

import logging
import re

# What sesame writes, and what django.core.signing.dumps() writes, as in the links of our mails.
SIGN_IN = re.compile(r"(?<=/sign-in/)[\w-]{16,}")
SIGNED = re.compile(r"\.?[\w-]+:[A-Za-z0-9]+:[\w-]{20,}")


class Discreet(logging.Formatter):
    """Leaves out the signed part of links, whoever logs their path, and in tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        line = SIGNED.sub("(signed)", super().format(record))
        return SIGN_IN.sub("(signed)", line)
