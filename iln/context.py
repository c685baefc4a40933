"""What every page may say about the network."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def network(request: HttpRequest) -> dict[str, object]:
    return {"network_name": settings.NETWORK_NAME, "embedded": settings.EMBEDDED}
