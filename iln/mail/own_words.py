"""Which words hold for a kind of mail just now."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from iln.mail.models import Wording
from iln.mail.wording import Words

SHIPPED = Words()
KEPT_FOR = 10  # seconds: a round's mails are written one after the other

_kept: dict[tuple[str, str], Words] = {}
_kept_until = 0.0
_tried: ContextVar[tuple[str, Words] | None] = ContextVar("tried", default=None)


def own_words(kind: str, language: str) -> Words:
    """An organiser's words for this kind, in this language; empty where there are none."""
    tried = _tried.get()
    if tried and tried[0] == kind:
        return tried[1]
    global _kept, _kept_until
    if time.monotonic() >= _kept_until:
        rows = Wording.objects.newest()
        _kept = {(row.kind, row.language): row.words for row in rows}
        _kept_until = time.monotonic() + KEPT_FOR
    return _kept.get((kind, language), SHIPPED)


def forget() -> None:
    """Look again at once, as in the process where somebody has just saved."""
    global _kept_until
    _kept_until = 0.0


@contextmanager
def trying(kind: str, words: Words) -> Iterator[None]:
    """Write mails of a kind with words that nobody has saved, to look at them."""
    token = _tried.set((kind, words))
    try:
        yield
    finally:
        _tried.reset(token)
