"""A mail as it would arrive, with words that nobody has saved yet."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone

from iln.mail.kinds import KINDS, Kind
from iln.mail.models import Message
from iln.mail.own_words import trying
from iln.mail.wording import GAPS, Words

MOST = 5  # rows that are looked at: some are about what is gone

log = logging.getLogger(__name__)


class Invented(str):
    """A word that answers whatever a template asks of it."""

    def __getattr__(self, name: str) -> Self | datetime | str:
        if name.startswith("__"):
            raise AttributeError(name)
        if name.endswith(("_at", "_by", "_until")):
            return timezone.now() + timedelta(days=14)
        return "UTC" if name == "time_zone" else self


def with_own_words() -> list[Kind]:
    """The kinds of mail that organisers may put into other words: not those to themselves."""
    kinds = [kind for kind in KINDS.values() if kind.stream != Message.Stream.ALERTS]
    return sorted(kinds, key=lambda kind: (kind.stream, kind.name))


def real(kind: Kind, words: Words) -> Message | None:
    """The mail to whoever got one last, as it would be written now; nothing is saved.

    Only of kinds that can be written anew, and none that lets its reader in.
    """
    if not kind.written_anew or kind.secret:
        return None
    rows = Message.objects.filter(kind=kind.name).exclude(recipient=None)
    for message in rows.select_related("recipient").order_by("-pk")[:MOST]:
        try:
            with trying(kind.name, words):
                return kind.written_anew(message)
        except Exception as error:
            log.info("No example of message %s: %s.", message.pk, type(error).__name__)
    return None


def invented(kind: Kind, words: Words) -> Message:
    """The same to somebody invented, without what is worked out for each person."""
    said = shipped_words(kind)
    example = Kind(kind.name, kind.stream, "mail/example")
    facts = _facts()
    context = facts | {
        "greeting": f"Dear {facts['me']},",
        "shipped": said.get("opening", ""),
        "subject": said["subject"],
        "stop_url": "",
    }
    with trying(kind.name, words):
        return example.compose("example", "amina@example.org", context)


def shipped_words(kind: Kind) -> dict[str, str]:
    """What the parts say before anybody changes them, to somebody invented."""
    heard: dict[str, str] = {}
    context = _facts() | {"shipped_words": heard}
    for name in ("subject.txt", "body.txt"):
        template = get_template(f"{kind.templates}/{name}").template  # type: ignore[attr-defined]
        try:
            text = template.render(Context(context, autoescape=False))
        except Exception as error:  # beyond the opening, it may ask for real rows
            log.debug("No whole %s: %s.", kind.name, type(error).__name__)
            text = ""
        if name == "subject.txt":
            heard["subject"] = " ".join(text.split())
    return {part: text.strip() for part, text in heard.items()}


def _facts() -> dict[str, Any]:
    examples = {gap.name: Invented(gap.example) for gap in GAPS}
    named = {"me": "name", "application": "name", "organiser": "name"}
    same = {context: examples[gap] for context, gap in named.items()}
    return same | {
        "round": examples["round"],
        "topic": examples["topic"],
        "partner_names": examples["partners"],
        "first": examples["first"],
        "partners": 1,
        "network_name": settings.NETWORK_NAME,
        "site_url": settings.SITE_URL,
    }
