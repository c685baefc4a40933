"""What a reader fills in to say something."""

from __future__ import annotations

from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError

from discussions.models import Comment, validate_web_address
from discussions.wording import one_line, paragraphs


class CommentForm(forms.ModelForm):
    """A comment by anyone. `subject` is a trap: people do not see it, programs fill it in."""

    parent = forms.ModelChoiceField(
        Comment.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={
            "invalid_choice": (
                "The comment that you answer is not here any more. Your words are kept: "
                "post them again, and they stand for themselves."
            )
        },
    )
    website = forms.URLField(
        label="Your website (optional)",
        required=False,
        max_length=200,
        assume_scheme="https",
        error_messages={"invalid": validate_web_address.message},
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )
    subject = forms.CharField(label="Leave this field empty", required=False)

    class Meta:
        model = Comment
        fields = ["parent", "name", "email", "website", "text"]
        labels = {
            "name": "Your name",
            "email": "Your mail address",
            "text": "Your comment",
        }
        help_texts = {
            "name": "As you want others to see it.",
            "email": "Never shown to anyone.",
            "text": "Plain text. Web addresses become links.",
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "text": forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        }
        invisible = "Please write something that others can see."
        too_long = "Please shorten this to %(limit_value)d characters. It has %(show_value)d now."
        error_messages = {
            "name": {
                "required": "Please tell us your name.",
                "blank": invisible,
                "max_length": too_long,
            },
            "email": {
                "required": "Please tell us your mail address. Nobody will see it.",
                "invalid": "This is no mail address. One looks like name@example.org.",
                "max_length": too_long,
            },
            "text": {
                "required": "Please write your comment.",
                "blank": invisible,
                "max_length": too_long,
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = cast(forms.ModelChoiceField, self.fields["parent"])
        parent.queryset = self.instance.topic.comments.approved()

    @property
    def answered(self) -> Comment | None:
        """The comment that this one answers; None for a new thread, or if it cannot be answered."""
        try:
            return self.fields["parent"].clean(self["parent"].value())
        except ValidationError:
            return None

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_text(self) -> str:
        return paragraphs(self.cleaned_data["text"])

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout(
            Div("name", "email", css_class="row"),
            "website",
            "text",
            Div(
                Field("subject", tabindex="-1", autocomplete="off"),
                css_class="comment-trap",
                aria_hidden="true",
            ),
            Submit("post", "Post my comment", css_class="button"),
        )
        return helper
