"""Which parts of a mail organisers may put into their own words."""

from __future__ import annotations

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context

register = template.Library()


class PartNode(template.Node):
    """A part as it is shipped, unless the context has `own_words` for it."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        own: dict[str, str] = context.get("own_words") or {}
        if words := own.get(self.name):
            return words
        words = self.nodelist.render(context)
        if "shipped_words" in context:  # of whoever shows them to organisers
            context["shipped_words"][self.name] = words
        return words


@register.tag
def part(parser: Parser, token: Token) -> PartNode:
    """{% part opening %}…{% endpart %}"""
    _, name = token.split_contents()
    nodelist = parser.parse(("endpart",))
    parser.delete_first_token()
    return PartNode(name, nodelist)
