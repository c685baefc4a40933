"""An organiser's words for a mail: Markdown with named gaps, in which nothing can run.

A gap is a name in braces, such as {round}. Which ones a mail has follows from its shipped
templates: it offers what these say. Values go in after the Markdown has become HTML, so
no value can be taken for Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from django.template import (
    Context,
    TemplateDoesNotExist,
    Variable,
    VariableDoesNotExist,
)
from django.template.base import Node, VariableNode
from django.template.loader import get_template
from django.utils.html import escape

from iln.mail.markdown import as_html, as_text
from iln.mail.templatetags.parts import PartNode

PARTS = ("subject", "opening", "closing")
GAP = re.compile(r"\{([a-z]+)\}")
OPEN, CLOSE = "\ue000", "\ue001"  # nobody can type them: `problems` refuses them
MARKED = re.compile(f"{OPEN}([a-z]+){CLOSE}")
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ue000\ue001]"
)
IN_A_LINK = re.compile(f'href="[^"]*(?:{OPEN}|%EE%80%80)')


@dataclass(frozen=True)
class Gap:
    """A name in braces: what it stands for, where the templates have it, and an invented one."""

    name: str
    says: str
    example: str
    paths: tuple[str, ...] = ()
    needed: bool = False


GAPS = [
    Gap(
        "name",
        "the name of whoever gets the mail",
        "Amina Otieno",
        ("me.name", "application.name", "organiser.name"),
    ),
    Gap(
        "partners",
        "the name of their partner, or of both",
        "Lucía Fernández",
        ("partner_names",),
        needed=True,
    ),
    Gap("first", "who of them writes first", "Lucía Fernández", ("first",)),
    Gap("topic", "the title of the topic", "Quiet days", ("topic.title",), needed=True),
    Gap(
        "round",
        "the name of the round",
        "Autumn round",
        ("round", "round.name", "topic.round.name"),
    ),
    Gap("network", "the name of the network", "", ("network_name",)),
    Gap("site", "the address of this site", "", ("site_url",)),
]
ALWAYS = {"network", "site"}


class Broken(Exception):
    """These words cannot be sent; the shipped ones can."""


@dataclass(frozen=True)
class Words:
    """One set of own words; what is empty stays as it is shipped."""

    subject: str = ""
    opening: str = ""
    closing: str = ""


@dataclass(frozen=True)
class Shipped:
    """What the shipped templates of a mail say, and in which part of it."""

    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()

    @property
    def gaps(self) -> list[Gap]:
        said = self.elsewhere.union(*self.parts.values())
        return [
            gap for gap in GAPS if gap.name in ALWAYS or not said.isdisjoint(gap.paths)
        ]

    @property
    def needed(self) -> list[Gap]:
        """What the mail says in its opening or subject, and nowhere else."""
        said = frozenset[str]().union(*self.parts.values())
        return [
            gap
            for gap in GAPS
            if gap.needed
            and not said.isdisjoint(gap.paths)
            and self.elsewhere.isdisjoint(gap.paths)
        ]


@cache
def shipped(folder: str) -> Shipped:
    """Read from the templates in a mail's folder, once."""
    parts: dict[str, set[str]] = {}
    elsewhere: set[str] = set()
    for name in ("subject.txt", "body.txt", "body.html"):
        try:
            nodes = get_template(f"{folder}/{name}").template.nodelist  # type: ignore[attr-defined]
        except TemplateDoesNotExist:
            continue
        outer = "subject" if name == "subject.txt" else ""
        for part, path in _said(nodes, outer):
            (parts.setdefault(part, set()) if part else elsewhere).add(path)
        for node in nodes.get_nodes_by_type(PartNode):
            parts.setdefault(node.name, set())
    parts.setdefault("subject", set())
    parts.setdefault("closing", set())  # in the frame that all mails share
    return Shipped({p: frozenset(s) for p, s in parts.items()}, frozenset(elsewhere))


def _said(nodes: Iterable[Node], part: str) -> Iterator[tuple[str, str]]:
    """Each path that is printed, with the part in which it is."""
    for node in nodes:
        if isinstance(node, VariableNode):
            path = getattr(node.filter_expression.var, "var", None)
            if isinstance(path, str):
                yield part, path
        inner = node.name if isinstance(node, PartNode) else part
        for name in node.child_nodelists:
            yield from _said(getattr(node, name, None) or [], inner)


@lru_cache(512)
def problems(part: str, words: str, folder: str) -> tuple[str, ...]:
    """What is wrong with an organiser's words for a part, in sentences for them."""
    known = [gap.name for gap in shipped(folder).gaps]
    listed = ", ".join(f"{{{name}}}" for name in known)
    found = [
        f"This mail does not know {{{name}}}. It knows {listed}."
        for name in dict.fromkeys(GAP.findall(words))
        if name not in known
    ]
    if re.search(r"[{}]", GAP.sub("", words)):
        found.append(
            "There is a brace that belongs to no placeholder. Write braces only around "
            f"one of these names: {listed}."
        )
    if UNSEEN.search(words.replace("\r\n", "\n")):
        found.append("There is a character that cannot be seen. Type this part again.")
    elif part != "subject" and IN_A_LINK.search(as_html(_marked(words))):
        found.append("A placeholder cannot stand in the address of a link.")
    return tuple(found)


def missing(words: Words, folder: str) -> list[Gap]:
    """What nobody would read any more if these words held."""
    mail = shipped(folder)
    parts = {part: getattr(words, part) for part in PARTS}
    said = set(GAP.findall(" ".join(parts.values())))
    kept = [paths for part, paths in mail.parts.items() if not parts.get(part)]
    still = frozenset[str]().union(*kept)
    return [
        gap
        for gap in mail.needed
        if gap.name not in said and still.isdisjoint(gap.paths)
    ]


def is_broken(words: Words, folder: str) -> bool:
    """Whether some of these words would not be sent, as after a change of the templates."""
    parts = [(part, getattr(words, part)) for part in PARTS]
    return any(problems(*part, folder) for part in parts) or bool(
        missing(words, folder)
    )


def subject_of(words: Words, folder: str, context: Mapping[str, Any]) -> str:
    """The subject in own words; empty where the shipped one is right."""
    return _own("subject", words, folder, context, str, str)


def html_parts(words: Words, folder: str, context: Mapping[str, Any]) -> dict[str, str]:
    """Each part in own words as HTML; empty where the shipped one is right."""
    return {
        part: _own(part, words, folder, context, as_html, _isolated)
        for part in PARTS[1:]
    }


def text_parts(words: Words, folder: str, context: Mapping[str, Any]) -> dict[str, str]:
    return {
        part: _own(part, words, folder, context, as_text, str) for part in PARTS[1:]
    }


def _own(
    part: str,
    words: Words,
    folder: str,
    context: Mapping[str, Any],
    write: Callable[[str], str],
    put: Callable[[str], str],
) -> str:
    """Nothing rather than something broken: then the shipped part is sent."""
    own: str = getattr(words, part)
    if not own or problems(part, own, folder) or missing(words, folder):
        return ""
    try:
        values = _values(own, context)
    except Broken:
        return ""
    return MARKED.sub(lambda found: put(values[found[1]]), write(_marked(own)))


def _values(words: str, context: Mapping[str, Any]) -> dict[str, str]:
    gaps = {gap.name: gap for gap in GAPS}
    return {name: _value(gaps[name], context) for name in GAP.findall(words)}


def _value(gap: Gap, context: Mapping[str, Any]) -> str:
    around = Context(dict(context))
    for path in gap.paths:
        try:
            value = " ".join(str(Variable(path).resolve(around)).split())
        except VariableDoesNotExist:
            continue
        if value:
            return value
    raise Broken(gap.name)


def _marked(words: str) -> str:
    return GAP.sub(rf"{OPEN}\1{CLOSE}", words)


def _isolated(value: str) -> str:
    return f"<bdi>{escape(value)}</bdi>"
