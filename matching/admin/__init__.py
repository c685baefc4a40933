"""Matching day, in the admin."""

from matching.admin.after.liaisons import LiaisonAdmin
from matching.admin.changing.decisions import PinAdmin, VetoAdmin
from matching.admin.day import SearchAdmin
from matching.admin.looking.proposals import ProposalAdmin
from matching.admin.ready import ReadyAdmin

__all__ = [
    "LiaisonAdmin",
    "PinAdmin",
    "ProposalAdmin",
    "ReadyAdmin",
    "SearchAdmin",
    "VetoAdmin",
]
