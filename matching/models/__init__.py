"""Who meets whom, what organisers decided before, and the search between the two."""

from matching.models.check_in import CheckIn, Frequency
from matching.models.concern import Concern
from matching.models.decisions import Aside, PastPair, Pin, Veto
from matching.models.liaisons import Liaison
from matching.models.log import LogLine
from matching.models.proposal import Match, Proposal, Seat
from matching.models.search import Search
from matching.models.steps import Step
from matching.models.survey import Survey
from matching.models.two_people import TwoPeople

__all__ = [
    "Aside",
    "CheckIn",
    "Concern",
    "Frequency",
    "Liaison",
    "LogLine",
    "Match",
    "PastPair",
    "Pin",
    "Proposal",
    "Search",
    "Seat",
    "Step",
    "Survey",
    "TwoPeople",
    "Veto",
]
