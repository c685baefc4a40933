"""Mails that name somebody who is being erased lose their words."""

from __future__ import annotations

from django.db.models import Q
from django.utils.html import escape

from iln.mail.emails import TRIED
from iln.mail.kinds import KINDS
from iln.mail.models import Message, MessageQuerySet
from iln.personal_data import ERASED, Leaving

NAMED = f"This mail named {ERASED}."


def before_erasing(leaving: Leaving) -> None:
    """Their own mails go with them; these are other people's.

    A test of an organiser's words is a real person's mail, and nobody needs it any more.
    """
    found = Q(kind=TRIED.name)
    for mark in leaving.marks:
        for field in ("subject", "text", "last_answer"):
            found |= Q(**{f"{field}__icontains": mark})
        found |= Q(html__icontains=escape(mark))
    blank(Message.objects.filter(found))


def blank(messages: MessageQuerySet) -> None:
    """Take the words out of mails that named somebody.

    Of those that wait, some are written anew as they leave; the others never leave. One
    that a worker holds is taken from it, words and all.
    """
    keys = list(
        messages.order_by("pk").select_for_update().values_list("pk", flat=True)
    )
    messages = Message.objects.filter(pk__in=keys)
    anew = [kind.name for kind in KINDS.values() if kind.written_anew]
    waiting = messages.waiting()
    waiting.update(claimed_by=None, lease_until=None)
    waiting.exclude(kind__in=anew).cancel(NAMED)
    messages.update(subject=NAMED, text=NAMED, html=f"<p>{NAMED}</p>", last_answer="")
