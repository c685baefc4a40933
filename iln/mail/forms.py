"""What organisers type about mails."""

from __future__ import annotations

from typing import Any

from django import forms

from iln.mail.kinds import Kind
from iln.mail.models import Wording
from iln.mail.wording import PARTS, Words, missing, problems, shipped


class WordingForm(forms.ModelForm):
    """A mail's words. Nothing is saved that could not be sent."""

    class Meta:
        model = Wording
        fields = list(PARTS)
        help_texts = {
            "subject": "One line. Empty: as it is shipped.",
            "opening": "The first paragraph after the greeting, in Markdown. Empty: as it is shipped.",
            "closing": "Before the small print, in Markdown. Empty: as it is shipped.",
        }
        widgets = {
            "subject": forms.TextInput(attrs={"class": "vTextField"}),
            "opening": forms.Textarea(attrs={"rows": 7}),
            "closing": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for part in set(PARTS) - set(shipped(kind.templates).parts):
            del self.fields[part]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        nowhere = missing(self.words, self.kind.templates)
        for part in self.fields:
            for problem in problems(part, typed.get(part, ""), self.kind.templates):
                self.add_error(part, problem)
        for gap in nowhere:
            part = "opening" if "opening" in self.fields else "subject"
            self.add_error(
                part,
                f"{{{gap.name}}} is missing: nobody would read {gap.says} any more.",
            )
        return typed

    @property
    def words(self) -> Words:
        return Words(**{part: self.cleaned_data.get(part, "") for part in self.fields})
