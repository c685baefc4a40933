"""Applications from a CSV file, through the same form as those from the web."""

from participants.importing.rows import Report, import_applications
from participants.importing.table import Unreadable

__all__ = ["Report", "Unreadable", "import_applications"]
