"""How a proposal came about, for its small print."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.db.models import QuerySet

from matching.models import Proposal

register = template.Library()


@dataclass(frozen=True)
class Provenance:
    """What a search was asked and by which software, and who else was asked the same."""

    input: str
    scoring: int
    version: str
    twins: QuerySet[Proposal]


@register.simple_tag
def provenance(proposal: Proposal) -> Provenance | None:
    """None for a proposal that no search has made, or not as it is now."""
    rows = Proposal.objects.filter(pk=proposal.pk)
    [(asked, scoring, version)] = rows.values_list(
        "made_with__input", "made_with__scoring", "made_with__version"
    )
    if asked is None:
        return None
    alike = Proposal.objects.filter(round=proposal.round_id, made_with__input=asked)
    twins = alike.exclude(pk=proposal.pk).only("pk")
    return Provenance(asked, scoring, version, twins)
