"""Fields and widgets for words, and for choices that may also be written out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from participants.names import by_plain, did_you_mean, plain

# They turn the order of the words around them: invisible, and good for tricks only.
BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
LINE_BREAKS = {"\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"}
UNSEEN = {"Cc", "Zl", "Zp"}
FEW = 8


def shortened(text: str, length: int = 60) -> str:
    """Safe to quote on one line: short, and without control characters."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text)
    words = " ".join(seen.split())
    return words if len(words) <= length else words[: length - 1] + "…"


def _require_visible(value: str) -> None:
    if value and not any(unicodedata.category(sign)[0] in "LNPS" for sign in value):
        raise ValidationError(
            "There is nothing to see here. Please write it in letters."
        )


def _require_address(value: str) -> None:
    if not value.isascii():
        raise ValidationError("We can write only to addresses in the letters a to z.")
    validate_email(value)


TOO_LONG: dict[str, Any] = {
    "max_length": "Please shorten this to %(limit_value)d letters; there are %(show_value)d now."
}


class LineField(forms.CharField):
    """Words on one line, in any script."""

    default_validators = [_require_visible]
    default_error_messages: ClassVar[dict[str, Any]] = TOO_LONG

    def to_python(self, value: Any) -> str:
        line = (super().to_python(value) or "").translate(BIDI_CONTROLS)
        if any(unicodedata.category(sign) in UNSEEN for sign in line):
            raise ValidationError(
                "There is a line break or an invisible character in it. "
                "Please type it again, on one line."
            )
        return unicodedata.normalize("NFC", line)


class AddressField(LineField, forms.EmailField):
    """One mail address."""

    default_validators = [_require_address]
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": "Write your mail address.",
        "invalid": "This is not a mail address. Write it like name@example.org.",
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.EmailInput(attrs={"autocomplete": "email"})
        super().__init__(label="Mail address", max_length=254, widget=widget, **kwargs)


class ProseField(forms.CharField):
    """Words on several lines: what nobody could see or type is left out."""

    widget = forms.Textarea(attrs={"rows": 5})
    default_validators = [_require_visible]
    default_error_messages: ClassVar[dict[str, Any]] = TOO_LONG

    def to_python(self, value: Any) -> str:
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        text = text.translate(BIDI_CONTROLS | str.maketrans(LINE_BREAKS))
        text = "".join(
            sign
            for sign in text
            if sign in "\n\t" or unicodedata.category(sign) not in UNSEEN
        )
        return super().to_python(unicodedata.normalize("NFC", text)) or ""


class Known:
    """For choices that may also be written: by their label, or another name for it.

    An unknown one is quoted, and answered with what is most alike.
    """

    def __init__(
        self,
        labels: Mapping[str, str],
        *,
        noun: str,
        codes: Mapping[str, str] | None = None,
        choices: Callable[[], Iterable[Any]] | None = None,
        empty: str = "",
        **kwargs: Any,
    ) -> None:
        self.labels = labels
        self.codes = by_plain(labels) if codes is None else codes
        self.noun = noun

        def offered() -> list[Any]:  # asked for only when a page shows them
            first = [("", empty)] if empty else []
            return [*first, *(labels.items() if choices is None else choices())]

        super().__init__(choices=offered, **kwargs)  # type: ignore[call-arg]

    def code_of(self, written: str) -> str:
        """The code that was meant; refuses what nobody knows."""
        written = written.strip()
        code = written if written in self.labels else self.codes.get(plain(written))
        if written and code is None:
            quoted = shortened(written)
            hint = did_you_mean(quoted, self.codes, self.labels) or self._all_if_few()
            raise ValidationError(f"“{quoted}” is not {self.noun} we know.{hint}")
        return code or ""

    def _all_if_few(self) -> str:
        labels = self.labels.values()
        return f" Write one of: {', '.join(labels)}." if len(labels) <= FEW else ""


class KnownChoiceField(Known, forms.ChoiceField):
    def to_python(self, value: Any) -> str:
        return self.code_of(super().to_python(value))

    def valid_value(self, value: Any) -> bool:
        return True  # or to_python() had refused it


class KnownChoicesField(Known, forms.MultipleChoiceField):
    """Several, each of them once."""

    def to_python(self, value: Any) -> list[str]:
        codes = dict.fromkeys(map(self.code_of, super().to_python(value)))
        return [code for code in codes if code]

    def valid_value(self, value: Any) -> bool:
        return True  # or to_python() had refused it


class QuickSelect(forms.Select):
    """A plain select of a long list: the stock one renders a template for every option."""

    template_name = "participants/widgets/select.html"

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        context = forms.Widget.get_context(self, name, value, attrs)
        context["widget"]["options"] = options(self.choices, str(value or ""))
        return context


class SelectRows(forms.SelectMultiple):
    """Several values of a long list: a row of selects, and always an empty one."""

    template_name = "participants/widgets/select_rows.html"
    use_fieldset = True

    def __init__(self, rows: int, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs)
        self.rows = rows

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        context = forms.Widget.get_context(self, name, value, attrs)
        chosen = list(value or [])
        empty = max(1, self.rows - len(chosen))
        context["widget"] |= {
            "rows": [options(self.choices, value) for value in chosen + [""] * empty],
            "invalid": "aria-invalid" in context["widget"]["attrs"],
        }
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        chosen = super().value_from_datadict(data, files, name) or []
        return [value for value in chosen if value]

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return ""  # the legend names them all


def options(choices: Iterable[Any], chosen: str) -> SafeString:
    """The options of a select, as HTML."""
    frozen = tuple(
        (value, tuple(label) if isinstance(label, list) else label)
        for value, label in choices
    )
    plain_options = _options(frozen)
    mark = format_html('value="{}"', chosen)
    return mark_safe(plain_options.replace(mark, mark + " selected", 1))  # noqa: S308


@lru_cache(maxsize=128)
def _options(choices: tuple[tuple[str, Any], ...]) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html(
                    '<optgroup label="{}">{}</optgroup>', value, _options(label)
                )
                if isinstance(label, tuple)
                else format_html('<option value="{}">{}</option>', value, label),
            )
            for value, label in choices
        ),
    )
