"""Days, said once for all pages."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter(expects_localtime=True)
def day(moment: datetime) -> SafeString:
    """The day of a moment, as `<time>`: with the year unless it is this one."""
    this_year = moment.year == timezone.localtime().year
    words = format_date(moment, "j F" if this_year else "j F Y")
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words)
