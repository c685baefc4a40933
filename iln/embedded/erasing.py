"""The mailbox of the embedded run keeps no mail to, or about, somebody who is erased."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from iln.embedded import mailbox
from iln.personal_data import Leaving


def before_erasing(leaving: Leaving) -> None:
    """Files cannot be brought back, so they go when the rows have gone."""
    if leaving.marks:
        transaction.on_commit(partial(mailbox.remove_with, leaving.marks))
