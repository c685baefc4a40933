"""A mail's HTML inside one of our own pages."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.http import HttpResponseBase
from django.views.decorators.clickjacking import xframe_options_sameorigin

# Styles may be inline, as mails need; nothing else loads, nothing runs, nothing is sent.
POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}


def framed(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """For a view that answers with a mail's HTML: only our own pages may frame it."""
    return csp(POLICY)(xframe_options_sameorigin(view))
