from __future__ import annotations

from django.utils import timezone

from discussions.models import Comment
from discussions.threads import thread


def comment(pk, parent=None, removed=False):
    now = timezone.now()
    return Comment(
        pk=pk, parent_id=parent, approved_at=now, rejected_at=now if removed else None
    )


def shape(comments):
    return [(entry.comment.pk, entry.depth) for entry in thread(comments)]


def test_thread_puts_answers_after_what_they_answer():
    comments = [comment(1), comment(2), comment(3, 1), comment(4, 2), comment(5, 1)]

    assert shape(comments) == [(1, 0), (3, 1), (5, 1), (2, 0), (4, 1)]


def test_thread_keeps_a_removed_comment_only_where_an_answer_hangs_on_it():
    comments = [
        comment(1, removed=True),
        comment(2, 1),
        comment(3, removed=True),
        comment(4, 3, removed=True),
    ]

    assert shape(comments) == [(1, 0), (2, 1)]


def test_thread_starts_anew_where_the_answered_comment_is_missing():
    assert shape([comment(2, 1)]) == [(2, 0)]


def test_thread_goes_as_deep_as_people_like():
    comments = [comment(1), *(comment(n, n - 1) for n in range(2, 2001))]

    entries = thread(comments)

    assert [entry.depth for entry in entries] == list(range(2000))
    assert {entry.indent for entry in entries} == {0, 1, 2, 3, 4, 5}
