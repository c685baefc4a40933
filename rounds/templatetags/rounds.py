"""Days and rounds, as pages show them."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString

from rounds.models import Round

register = template.Library()


@register.filter(expects_localtime=True)
def day(moment: datetime) -> SafeString:
    """The day of a moment, as `<time>`: with the year unless it is this one."""
    this_year = moment.year == timezone.localtime().year
    words = format_date(moment, "j F" if this_year else "j F Y")
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words)


@register.simple_tag
def rounds_at_work() -> QuerySet[Round]:
    """Rounds that organisers have something to do in, the next matching day first."""
    return Round.objects.filter(ends_at__gt=timezone.now()).order_by("matching_at")
