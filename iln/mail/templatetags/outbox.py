"""Whether mails leave, on organisers' first page."""

from __future__ import annotations

from django import template

from iln.mail import figures

register = template.Library()


@register.inclusion_tag("admin/mail/_trouble.html")
def outbox_trouble() -> dict[str, object]:
    """Words and a link where all mails wait, or some are late; else nothing."""
    return {"outbox": figures.trouble(), "is_elsewhere": True}
