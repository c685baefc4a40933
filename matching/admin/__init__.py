"""Matching day, in the admin."""

from matching.admin.day import SearchAdmin
from matching.admin.decisions import PinAdmin, VetoAdmin
from matching.admin.liaisons import LiaisonAdmin
from matching.admin.proposals import ProposalAdmin
from matching.admin.ready import ReadyAdmin

__all__ = [
    "LiaisonAdmin",
    "PinAdmin",
    "ProposalAdmin",
    "ReadyAdmin",
    "SearchAdmin",
    "VetoAdmin",
]
