"""Where organisers plan their rounds."""

from __future__ import annotations

from django.contrib import admin
from django.forms import SplitDateTimeField
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html

from rounds.forms import LevelsField
from rounds.models import Round


@admin.register(Round)
class RoundAdmin(admin.ModelAdmin):
    list_display = [
        "name",
        "kind",
        "phase_in_words",
        "opens_at",
        "closes_at",
        "matching_at",
        "ends_at",
    ]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["phase_in_words", "published_at", "kept_until"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "description"]}),
        (
            "Sign-up",
            {
                "fields": [
                    "opens_at",
                    "closes_at",
                    "confirm_by",
                    "still_in_days",
                    "country_cap",
                ],
                "description": (
                    "All times on this page are in UTC. Deadlines at 23:59 are the "
                    "easiest to read."
                ),
            },
        ),
        ("Matching", {"fields": ["matching_at", "levels"]}),
        (
            "Introductions and time together",
            {
                "fields": [
                    "introduces_at",
                    "introduction_days",
                    "time_zone",
                    "check_in_days",
                    "ends_at",
                ]
            },
        ),
        ("What people told us", {"fields": ["keep_for_months", "kept_until"]}),
        ("Where it stands", {"fields": ["phase_in_words", "published_at"]}),
    ]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Round | None = None
    ) -> list[str]:
        """Who may be matched is no longer a question once it is published."""
        late = ["still_in_days", "country_cap"] if obj and obj.published_at else []
        return [*self.readonly_fields, *late]

    @admin.display(description="kind")
    def kind(self, round_: Round) -> str:
        badge = format_html('<span class="badge">{}</span>', "Rehearsal")
        return badge if round_.is_rehearsal else ""

    @admin.display(description="phase")
    def phase_in_words(self, round_: Round) -> str:
        return round_.phase.label if round_.pk else "not saved yet"

    @admin.display(description="erased on")
    def kept_until(self, round_: Round) -> str:
        if not round_.pk:
            return "not saved yet"
        return f"{date_format(round_.forget_at, 'j F Y')}: a task looks every day."

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "levels":
            return LevelsField(
                label="Order of what matters",
                initial=db_field.default,
                help_text=(
                    "The most important first. A partner for everybody always comes "
                    "before all of these, and a draw decides between what is still equal."
                ),
            )
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, SplitDateTimeField):  # the admin leaves its halves unnamed
            for half, widget in zip(
                ["date", "time"], field.widget.widgets, strict=True
            ):
                widget.attrs["aria-label"] = f"{field.label}: {half}"
        return field
