"""What must not happen twice: storing a comment, and mailing a topic."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from discussions import emails
from discussions.models import Comment, Topic
from iln.mail.outbox import queue
from participants.models import Application

SECOND_PRESS = timedelta(minutes=10)


@transaction.atomic
def post(comment: Comment, *, trapped: bool = False) -> Comment:
    """Store a comment, shown at once when its author is trusted; a second press finds the first."""
    Topic.objects.select_for_update(no_key=True).get(pk=comment.topic_id)
    if twin := _twin(comment):
        return twin
    comment.held_because = _why_hold(comment, trapped)
    if not comment.held_because:
        comment.approved_at = timezone.now()
    comment.save()
    return comment


def _twin(comment: Comment) -> Comment | None:
    return (
        Comment.objects.from_address(comment.email)
        .filter(
            topic=comment.topic_id,
            parent=comment.parent_id,
            name=comment.name,
            text=comment.text,
            posted_at__gte=timezone.now() - SECOND_PRESS,
        )
        .first()
    )


def _why_hold(comment: Comment, trapped: bool) -> str:
    if trapped:
        return Comment.HeldBecause.TRAP
    return "" if _is_trusted(comment) else Comment.HeldBecause.FIRST


def _is_trusted(comment: Comment) -> bool:
    """Whether the last comment by this name and address that was decided about may be seen.

    Names are compared here, since not every database knows capitals beyond English.
    """
    decisions = (
        Comment.objects.from_address(comment.email)
        .annotate(decided_at=Coalesce("rejected_at", "approved_at"))
        .exclude(decided_at=None)
        .order_by("-decided_at", "-pk")
        .values_list("name", "rejected_at")
    )
    name = comment.name.casefold()
    return next(
        (rejected is None for other, rejected in decisions if other.casefold() == name),
        False,
    )


def announce(topic: Topic) -> None:
    """Write a topic's mail to everyone in its round, once.

    The mails are worded before the lock is taken, so that nobody else waits for that;
    whoever has left meanwhile is skipped when they are sent.
    """
    applications = Application.objects.confirmed().filter(round=topic.round_id)
    mails = [
        emails.topic_mail(topic, application)
        for application in applications.select_related("user")
    ]
    with transaction.atomic():
        due = Topic.objects.to_announce().filter(pk=topic.pk, round=topic.round_id)
        if due.select_for_update(no_key=True).first():
            queue(mails)
            due.update(announced_at=timezone.now())
