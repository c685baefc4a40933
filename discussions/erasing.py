"""What becomes of somebody's comments when they are erased."""

from __future__ import annotations

from django.utils import timezone

from discussions.models import Comment, CommentQuerySet
from iln.personal_data import ERASED, Comments, Leaving

NOBODY = {"name": ERASED.capitalize(), "email": "", "website": ""}


def before_erasing(leaving: Leaving) -> None:
    """Take the name off, or the words too; answers by others stay in their place."""
    if leaving.person is None or leaving.comments == Comments.KEEP:
        return
    theirs = Comment.objects.from_address(leaving.person.get_username())
    for address in leaving.former:
        theirs |= Comment.objects.from_address(address)
    if leaving.comments == Comments.REMOVE:
        _remove(theirs)
    else:
        theirs.update(**NOBODY)


def _remove(theirs: CommentQuerySet) -> None:
    """What has answers keeps its place, empty and not shown."""
    now = timezone.now()
    theirs.filter(replies=None).delete()
    theirs.update(**NOBODY, text="", text_html="", rejected_at=now)
