"""Addresses that cannot be anybody's."""

from __future__ import annotations

RESERVED = {"example", "invalid", "test", "localhost"}  # RFC 2606, section 2


def is_invented(address: str) -> bool:
    """Whether a mail address lies under a name that is reserved for trying things out."""
    return address.rpartition("@")[2].lower().rpartition(".")[2] in RESERVED
