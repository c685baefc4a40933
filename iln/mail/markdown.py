"""Organisers' Markdown, for both halves of a mail."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "h2", "h3"}
PARSER = MarkdownIt("commonmark", {"html": False}).disable(["image", "fence", "code"])


@lru_cache(256)
def as_html(words: str) -> str:
    """HTML that every mail program shows, and that loads and runs nothing."""
    return nh3.clean(
        PARSER.render(words),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


@lru_cache(256)
def as_text(words: str) -> str:
    """The same as plain text: the words of each block, and where links lead."""
    written, mark, tight = "", "", False
    for token in PARSER.parse(words):
        if token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "- "
        elif token.type == "inline":
            between = "\n" if mark and tight else "\n\n"
            written += (between if written else "") + mark
            written += _inline(token.children or [])
            mark, tight = "", bool(mark)
    return written


def _inline(tokens: Iterable[Token]) -> str:
    written, address = "", ""
    for token in tokens:
        if token.type in {"text", "code_inline"}:
            written += token.content
        elif token.type in {"softbreak", "hardbreak"}:
            written += " " if token.type == "softbreak" else "\n"
        elif token.type == "link_open":
            address = str(token.attrs["href"])
        elif token.type == "link_close" and not written.endswith(address):
            written += f" ({address})"
    return written
