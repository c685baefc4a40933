"""Why somebody withdraws, if they wish to say."""

from __future__ import annotations

from django import forms

from participants.forms.fields import ProseField
from participants.forms.summary import Summary
from participants.models import Application


class WithdrawalForm(Summary, forms.Form):
    use_required_attribute = False

    reason = forms.ChoiceField(
        label="Why do you withdraw?",
        help_text="You need not say. It helps us to make the next round better.",
        choices=Application.WithdrawalReason.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    words = ProseField(
        label="Would you like to add something?",
        help_text="Only organisers read it, not your partner.",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
