"""What somebody may change about their account: the mail address, the language, which mails."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from iln.mail.kinds import can_be_stopped
from iln.mail.models import Message
from participants.forms.fields import AddressField
from participants.forms.summary import Summary
from participants.models import User

Stream = Message.Stream
STREAMS = {
    Stream.ROUND: (
        "About your round",
        "Tips, reminders and news. What you need to take part comes all the same: "
        "whether you are still in, who your partner is.",
    ),
    Stream.TOPICS: ("Monthly topics", "A question to talk about with your partner."),
    Stream.COMMENTS: ("Comments", "Answers to what you wrote."),
}
ON, PAUSED, OFF = "on", "paused", "off"
LONGEST_PAUSE = timedelta(days=366)


class NewAddressForm(Summary, forms.Form):
    use_required_attribute = False

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["email"] = AddressField()
        self.fields["email"].label = "New mail address"

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email.lower() == self.user.email.lower():
            raise ValidationError("This is your mail address already.")
        return email


class MailsForm(Summary, forms.Form):
    """Which streams of mail somebody wants, and in which language."""

    use_required_attribute = False

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        stopped = {row.stream: row for row in user.unsubscribed.now()}
        for stream in self.streams():
            row = stopped.get(stream)
            until = row.until if row else None
            self._add(stream, (PAUSED if until else OFF) if row else ON, until)
        if len(settings.LANGUAGES) > 1:
            self.fields["language"] = forms.ChoiceField(
                label="Language of pages and mails",
                choices=settings.LANGUAGES,
                initial=user.language,
            )

    @staticmethod
    def streams() -> list[Stream]:
        return [stream for stream in STREAMS if can_be_stopped(stream)]

    def _add(self, stream: Stream, choice: str, until: object) -> None:
        label, help_text = STREAMS[stream]
        self.fields[stream.value] = forms.ChoiceField(
            label=label,
            help_text=help_text,
            choices=[
                (ON, "Send them"),
                (PAUSED, "Not until the day below"),
                (OFF, "Do not send them"),
            ],
            widget=forms.RadioSelect,
            initial=choice,
            required=False,
        )
        self.fields[f"{stream.value}_until"] = forms.DateField(
            label=f"{label}: again from",
            initial=until,
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": "Write the day like 2027-01-31."},
        )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for stream in self.streams():
            if found.get(stream.value) == PAUSED:
                self._require_day(f"{stream.value}_until")
        return found

    def _require_day(self, name: str) -> None:
        if name in self.errors:
            return
        day, today = self.cleaned_data.get(name), timezone.localdate()
        if day is None:
            self.add_error(name, "Choose the day from which you want them again.")
        elif not today < day <= today + LONGEST_PAUSE:
            self.add_error(name, "Choose a day between tomorrow and a year from now.")

    def stopped(self) -> dict[str, Any]:
        """By stream that is not wanted, the day from which it is again, or None."""
        chosen = {
            stream.value: self.cleaned_data[stream.value] for stream in self.streams()
        }
        return {
            stream: self.cleaned_data[f"{stream}_until"] if choice == PAUSED else None
            for stream, choice in chosen.items()
            if choice in (PAUSED, OFF)
        }
