"""Who takes part, and what they ask for."""

from participants.models.access import Access
from participants.models.account import AddressChange, FormerAddress
from participants.models.alert import OpeningAlert
from participants.models.application import Application
from participants.models.draft import Draft
from participants.models.told import Channel, SpokenLanguage, Wish
from participants.models.user import User
from participants.models.vocabulary import CareerStage, Interest, Role, Workplace

__all__ = [
    "Access",
    "AddressChange",
    "Application",
    "CareerStage",
    "Channel",
    "Draft",
    "FormerAddress",
    "Interest",
    "OpeningAlert",
    "Role",
    "SpokenLanguage",
    "User",
    "Wish",
    "Workplace",
]
