from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discussions.markdown import render_comment, render_post

NASTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '![x](https://example.org/a.png "onerror=alert(1)")',
    '![x](x"onerror="alert(1))',
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "`<script>`",
    "```html\n<script>alert(1)</script>\n```",
    "<!--><script>alert(1)</script>-->",
    "<style>@import 'x'</style>",
    "<math><mtext></p><style><img src=x onerror=alert(1)>",
    "https://example.org/\"onmouseover='alert(1)'",
    "https://example.org/<script>alert(1)</script>",
    "vbscript:alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]
typed = st.lists(
    st.one_of(st.sampled_from([*NASTY, "\n", "\n\n", "> ", "- ", " "]), st.text())
).map("".join)


def assert_harmless(html):
    """Nothing runs: only tags and attributes from a short list, only web and mail addresses."""
    root = ElementTree.fromstring(  # noqa: S314 - that is what is tested
        "<div>" + re.sub(r"<(br|hr)>", r"<\1/>", html).replace("&nbsp;", " ") + "</div>"
    )
    for element in root.iter():
        assert element.tag in {
            *("div", "p", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr"),
            *("br", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
            *("a", "em", "strong", "s", "code"),
        }
        assert set(element.attrib) <= {"href", "title", "start", "rel", "dir"}
        href = element.get("href", "")
        scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):", href, re.IGNORECASE)
        assert not scheme or scheme[1].lower() in {"http", "https", "mailto"}


@pytest.mark.parametrize("typed", NASTY)
@pytest.mark.parametrize("render", [render_post, render_comment])
def test_rendering_makes_known_tricks_harmless(render, typed):
    assert_harmless(render(typed))


@settings(deadline=None)  # the machine may be busy
@given(typed)
def test_rendering_a_post_is_harmless_whatever_is_typed(body):
    assert_harmless(render_post(body))


@settings(deadline=None)
@given(typed)
def test_rendering_a_comment_is_harmless_whatever_is_typed(text):
    assert_harmless(render_comment(text))


def test_post_keeps_what_markdown_says():
    html = render_post(
        "# Quiet\n\nEvery *library* has [days](https://example.org).\n\n- one\n- two"
    )

    assert html == (
        "<h2>Quiet</h2>\n"
        '<p>Every <em>library</em> has <a href="https://example.org">days</a>.</p>\n'
        "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
    )


def test_post_leaves_the_first_level_of_headings_to_the_page():
    html = render_post("# One\n\n## Two\n\n### Three")

    assert html == "<h2>One</h2>\n<h2>Two</h2>\n<h3>Three</h3>\n"


def test_post_shows_markup_as_it_was_typed():
    assert render_post("<b>loud</b>") == "<p>&lt;b&gt;loud&lt;/b&gt;</p>\n"


def test_comment_keeps_paragraphs_and_lines():
    html = render_comment("One\ntwo\n\nthree <b>")

    assert html == ('<p dir="auto">One<br>two</p>\n\n<p dir="auto">three &lt;b&gt;</p>')


def test_comment_links_recommend_nothing():
    html = render_comment("See https://example.org/a?b=1&c=2.")

    assert html == (
        '<p dir="auto">See <a href="https://example.org/a?b=1&amp;c=2" '
        'rel="nofollow ugc noopener">https://example.org/a?b=1&amp;c=2</a>.</p>'
    )


def test_comment_leaves_mail_addresses_alone():
    assert render_comment("jo@example.org") == '<p dir="auto">jo@example.org</p>'


@pytest.mark.parametrize("typed", ["[", "> ", "*a_", "`", "<", "&", "http://a.", "- "])
def test_rendering_survives_texts_built_to_hang_parsers(typed):
    assert_harmless(render_post(typed * 10_000))
    assert_harmless(render_comment(typed * 10_000))
