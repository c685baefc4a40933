"""From what people typed to HTML that is safe to show."""

from __future__ import annotations

import nh3
from django.utils.html import Urlizer, linebreaks
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from discussions.wording import CONTROL

POST_TAGS = {
    *("p", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "br"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
    *("a", "em", "strong", "s", "code"),
}
POST_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}


def _lower_headings(state: StateCore) -> None:
    """The page's own title is its only heading of the first level."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = max("h2", token.tag)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.enable(["table", "strikethrough"]).disable("image")
    parser.core.ruler.push("lower_headings", _lower_headings)
    return parser


PARSER = _parser()


class CommentUrlizer(Urlizer):
    """Links web addresses, and leaves mail addresses to those who can read."""

    @staticmethod
    def is_email_simple(value: str) -> bool:
        return False


urlize = CommentUrlizer()


def render_post(body: str) -> str:
    """An organiser's Markdown as HTML."""
    return nh3.clean(
        PARSER.render(CONTROL.sub("", body)),
        tags=POST_TAGS,
        attributes=POST_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def render_comment(text: str) -> str:
    """Anybody's plain text as paragraphs, with links that recommend nothing."""
    return nh3.clean(
        linebreaks(urlize(CONTROL.sub("", text), autoescape=True)),
        tags={"p", "br", "a"},
        attributes={"a": {"href"}, "p": {"dir"}},
        set_tag_attribute_values={"p": {"dir": "auto"}},
        url_schemes={"http", "https"},
        link_rel="nofollow ugc noopener",
    )
