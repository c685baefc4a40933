"""The application form: the one way in, from the web and from a file."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from participants.answers import Answers
from participants.forms import rows, wishes
from participants.forms.fields import (
    AddressField,
    KnownChoiceField,
    KnownChoicesField,
    LineField,
    ProseField,
    QuickSelect,
)
from participants.forms.layout import FIELD_ORDER, layout
from participants.forms.summary import Summary
from participants.forms.zones import clean_time_zone, time_zone_field
from participants.models import Application, Interest
from participants.names import country_codes, country_labels
from participants.retold import retold
from participants.terms import Terms

MOST_INTERESTS = 6
MOST_LETTERS = 2000
TERMS = {
    "workplace": "kind of workplace",
    "role": "role",
    "career_stage": "career stage",
}


class ApplicationForm(Summary, forms.ModelForm):
    """What an applicant tells us; `answers()` hands it on once the form is valid.

    For an application that is saved already it corrects: without address and agreements.
    It may be asked for `only` some of its fields: a step, with the same rules. What somebody
    `told` us earlier is shown again, unchecked.
    """

    name = LineField(
        max_length=100,
        label="Your name",
        help_text="As you want your partner to see it, in any script.",
        error_messages={"required": "Write your name."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = AddressField(
        help_text="We send you a link. Later, your partner can write to you here."
    )
    country = KnownChoiceField(
        country_labels(),
        codes=country_codes(),
        noun="a country",
        empty="Choose your country",
        label="Country",
        help_text="Where you live now. Your partner will live in another one.",
        error_messages={"required": "Choose your country."},
        widget=QuickSelect(attrs={"autocomplete": "country"}),
    )
    about = ProseField(
        max_length=MOST_LETTERS,
        label="A few sentences about you",
        help_text="What you do, and what you are curious about. Your partner will read it.",
        error_messages={"required": "Write a few sentences about yourself."},
    )
    accepts_three = forms.BooleanField(
        required=False, initial=True, label="A group of three is fine with me"
    )
    wishes_text = ProseField(
        max_length=MOST_LETTERS,
        required=False,
        label="Anything else that you wish for",
        help_text="Organisers read it beside your wishes. Your partner does not see it.",
    )
    agree_conduct = forms.BooleanField(
        label="I agree to the code of conduct",
        error_messages={"required": "Read the code of conduct, and agree to it."},
    )
    agree_data = forms.BooleanField(
        label="I agree that my answers are used to find me a partner",
        error_messages={"required": "Without your agreement we cannot match you."},
    )

    class Meta:
        model = Application
        fields = ["name", "country", "about", "accepts_three", "wishes_text"]

    def __init__(
        self,
        data: Any = None,
        *,
        instance: Application,
        terms: Terms | None = None,
        only: Collection[str] | None = None,
        told: MultiValueDict[str, str] | None = None,
    ) -> None:
        corrects = instance.pk is not None
        initial = retold(instance) if corrects else {}
        super().__init__(data, instance=instance, initial=initial)
        self.terms = terms or Terms()
        self.is_part = only is not None
        self._add_fields(initial, wishes.kept_values(instance))
        said = self.data if self.is_bound else told or initial
        self.fields["time_zone"] = time_zone_field(
            said.get("country", ""), said.get("time_zone", "")
        )
        if corrects:
            self._leave_out({"email", "agree_conduct", "agree_data"})
        if only is not None:
            self._leave_out(self.fields.keys() - set(only))
        self.order_fields(FIELD_ORDER)
        self.initial.update(self._as_shown(told or MultiValueDict()))

    def _leave_out(self, names: Collection[str]) -> None:
        for name in names:
            del self.fields[name]

    def _as_shown(self, told: MultiValueDict[str, str]) -> dict[str, Any]:
        """What was typed earlier, for the fields that it says something about."""
        return {
            name: field.widget.value_from_datadict(told, MultiValueDict(), name)
            for name, field in self.fields.items()
            if told.getlist(name) or self._was_left_empty(name, told)
        }

    def _was_left_empty(self, name: str, told: MultiValueDict[str, str]) -> bool:
        return name in told and isinstance(self.fields[name], forms.BooleanField)

    def _add_fields(self, initial: dict[str, Any], kept: dict[str, set[str]]) -> None:
        for name, noun in TERMS.items():
            self.fields[name] = KnownChoiceField(
                self.terms.offered(name, [initial.get(name, "")]),
                noun=f"a {noun}",
                empty=f"Choose your {noun}",
                label=noun.capitalize(),
                error_messages={"required": f"Choose your {noun}."},
            )
        self.fields["interests"] = KnownChoicesField(
            self.terms.offered("interests", initial.get("interests", ())),
            noun="an interest",
            label="Interests",
            help_text=f"Choose 1 to {MOST_INTERESTS}.",
            error_messages={"required": "Choose at least one interest."},
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields |= rows.language_fields() | rows.channel_fields()
        self.fields |= wishes.wish_fields(self.terms, kept)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"novalidate": True}  # the same words for everybody, from us
        helper.include_media = False
        helper.form_tag = not self.is_part  # a step's page has buttons of its own
        helper.layout = layout(self, self._button())
        return helper

    def _button(self) -> str:
        if self.is_part:
            return ""
        return "Save my changes" if self.instance.pk else "Send my application"

    def clean_time_zone(self) -> str:
        return clean_time_zone(self.cleaned_data)

    def clean_interests(self) -> list[str]:
        slugs: list[str] = self.cleaned_data["interests"]
        if len(slugs) > MOST_INTERESTS:
            raise ValidationError(
                f"These are {len(slugs)}. Choose the {MOST_INTERESTS} that matter most."
            )
        return slugs

    def clean(self) -> None:
        self.languages = rows.clean_languages(self)
        self.channels = rows.clean_channels(self)
        self.wishes = wishes.clean_wishes(self)

    def answers(self) -> Answers:
        """Everything that was told, unsaved; for a valid form."""
        told, application = self.cleaned_data, self.instance
        application.time_zone = told["time_zone"]
        for name in TERMS:
            setattr(application, name, self.terms.get(name, told[name]))
        if "email" in told:
            application.agreed_conduct_at = timezone.now()
            application.agreed_data_at = application.agreed_conduct_at
        return Answers(
            email=told.get("email") or application.user.email,
            application=application,
            interests=[
                cast(Interest, self.terms.get("interests", slug))
                for slug in told["interests"]
            ],
            languages=self.languages,
            channels=self.channels,
            wishes=self.wishes,
        )
