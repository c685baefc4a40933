"""One mail address: for a link again, or to be told when the next round opens."""

from __future__ import annotations

from django import forms

from participants.forms.fields import AddressField
from participants.forms.summary import Summary


class AddressForm(Summary, forms.Form):
    email = AddressField()
