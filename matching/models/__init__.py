"""Who meets whom, what organisers decided before, and the search between the two."""

from matching.models.decisions import PastPair, Pin, Veto
from matching.models.proposal import Match, Proposal, Seat
from matching.models.search import Search

__all__ = ["Match", "PastPair", "Pin", "Proposal", "Search", "Seat", "Veto"]
