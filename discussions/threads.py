"""Comments in the order in which one reads a conversation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from discussions.models import Comment

DEEPEST_INDENT = 5


@dataclass(frozen=True)
class Entry:
    """A comment at its place: how deep it lies, and what it answers."""

    comment: Comment
    depth: int
    answered: Comment | None

    @property
    def indent(self) -> int:
        """Deep threads stop moving inwards, to stay readable on a phone."""
        return min(self.depth, DEEPEST_INDENT)


def thread(comments: Iterable[Comment]) -> list[Entry]:
    """Every comment right after what it answers, in the order given among its equals.

    Removed comments keep their place only where answers hang on them. No recursion:
    threads are as deep as people like to talk.
    """
    by_id = {comment.pk: comment for comment in comments}
    answers: dict[int | None, list[Comment]] = defaultdict(list)
    for comment in by_id.values():
        parent = comment.parent_id
        answers[parent if parent in by_id else None].append(comment)

    order: list[Entry] = []
    stack = [Entry(comment, 0, None) for comment in reversed(answers[None])]
    while stack:
        entry = stack.pop()
        order.append(entry)
        stack += [
            Entry(answer, entry.depth + 1, entry.comment)
            for answer in reversed(answers[entry.comment.pk])
        ]
    return _without_loose_ends(order)


def _without_loose_ends(order: list[Entry]) -> list[Entry]:
    kept: list[Entry] = []
    for entry in reversed(order):
        is_answered = kept and kept[-1].depth > entry.depth
        if entry.comment.is_shown or is_answered:
            kept.append(entry)
    return kept[::-1]
