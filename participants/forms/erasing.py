"""What somebody is asked before they are erased."""

from __future__ import annotations

from django import forms

from iln.personal_data import Comments
from participants.forms.summary import Summary


class EraseForm(Summary, forms.Form):
    comments = forms.ChoiceField(
        label="Your comments in our discussions",
        choices=[
            (Comments.UNNAME.value, "Keep my comments, without my name"),
            (Comments.REMOVE.value, "Remove my comments, too"),
        ],
        widget=forms.RadioSelect,
        help_text="If you wrote any. Answers by others stay where they are.",
        error_messages={"required": "Please choose what we do with your comments."},
    )
    sure = forms.BooleanField(
        label="Yes, erase everything. It cannot be undone.",
        error_messages={
            "required": "Please tick the box if you want to erase everything."
        },
    )
