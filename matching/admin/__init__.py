"""Matching day, in the admin."""

from matching.admin.day import SearchAdmin
from matching.admin.decisions import PinAdmin, VetoAdmin
from matching.admin.proposals import ProposalAdmin

__all__ = ["PinAdmin", "ProposalAdmin", "SearchAdmin", "VetoAdmin"]
