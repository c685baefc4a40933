"""What people fill in: the application, and one mail address."""

from participants.forms.added import AddedWishesForm
from participants.forms.address import AddressForm
from participants.forms.application import ApplicationForm

__all__ = ["AddedWishesForm", "AddressForm", "ApplicationForm"]
