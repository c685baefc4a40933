"""What partners tell us about how it goes, and how it was."""

from __future__ import annotations

from typing import Any

from django import forms

from matching.models import CheckIn, Frequency, Survey
from participants.forms.fields import ProseField
from participants.forms.summary import Summary

HOW_OFTEN = "About how often do you hear from each other?"


class CheckInForm(Summary, forms.Form):
    """One answer; from the second check-in on, also how often they are in touch."""

    use_required_attribute = False

    answer = forms.ChoiceField(
        choices=CheckIn.Answer,
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one of the three answers."},
    )
    frequency = forms.ChoiceField(
        label=HOW_OFTEN,
        choices=Frequency,
        widget=forms.RadioSelect,
        required=False,
    )
    words = ProseField(
        label="Would you like to add something?",
        help_text="Only organisers read it, not your partner. If you need help, tell us what happened.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, data: Any = None, *, check_in: CheckIn, names: str, chosen: str = ""
    ) -> None:
        said = {
            "answer": check_in.answer,
            "frequency": check_in.frequency,
            "words": check_in.words,
        }
        if chosen in CheckIn.Answer.values:
            said["answer"] = chosen
        super().__init__(data, initial=said)
        self.fields["answer"].label = f"Are you in touch with {names}?"
        if not check_in.asks_how_often:
            del self.fields["frequency"]

    def clean(self) -> None:
        in_touch = self.cleaned_data.get("answer") == CheckIn.Answer.IN_TOUCH
        often = self.cleaned_data.get("frequency")
        if "frequency" in self.fields and in_touch and not often:
            self.add_error(
                "frequency", "Please say about how often. A guess is enough."
            )


class SurveyForm(Summary, forms.ModelForm):
    """Five questions; the two with numbers must be answered, the others may."""

    use_required_attribute = False

    satisfaction = forms.TypedChoiceField(
        label="How happy are you with this round?",
        choices=Survey.Satisfaction,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose a number from 1 to 5."},
    )
    frequency = forms.ChoiceField(
        label="About how often did you hear from each other?",
        choices=Frequency,
        widget=forms.RadioSelect,
        error_messages={"required": "Please say about how often. A guess is enough."},
    )
    wishes_worth = forms.ChoiceField(
        label="How much did it matter whether your wishes for a partner were met?",
        choices=Survey.Worth,
        widget=forms.RadioSelect,
        required=False,
    )
    words = ProseField(
        label="What went well? What should we change?",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    class Meta:
        model = Survey
        fields = ["satisfaction", "frequency", "wishes_worth", "words", "may_quote"]
        labels = {"may_quote": "You may quote my words, without my name"}


class ConcernForm(Summary, forms.Form):
    """Words are welcome, and nobody needs any."""

    use_required_attribute = False

    words = ProseField(
        label="Would you like to say why?",
        help_text="You need not. Only organisers read it, never your partner.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
