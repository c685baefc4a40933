"""What people fill in: the application, and the two small forms that ask for an address."""

from participants.forms.address import AddressForm
from participants.forms.application import ApplicationForm

__all__ = ["AddressForm", "ApplicationForm"]
