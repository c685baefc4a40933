"""Rounds say nothing about anybody."""

from __future__ import annotations

from iln.personal_data import Table

TABLES = [
    Table(
        "rounds.Round",
        clean={
            "name",
            "slug",
            "description",
            "opens_at",
            "closes_at",
            "confirm_by",
            "still_in_days",
            "matching_at",
            "introduces_at",
            "introduction_days",
            "time_zone",
            "check_in_days",
            "ends_at",
            "levels",
            "country_cap",
            "keep_for_months",
            "published_at",
            "is_rehearsal",
        },
    )
]
