"""Words to begin with, for a network of librarians; organisers change them in the admin."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils.text import slugify

LABELS = {
    "Workplace": [
        "Public library",
        "School library",
        "Academic library",
        "National library",
        "Health library",
        "Law library",
        "Government or parliament library",
        "Special library",
        "Museum or arts library",
        "Archive",
        "Mobile or village library",
        "Library school",
        "Consortium or library service",
        "Between two workplaces",
    ],
    "Role": [
        "Librarian",
        "Library assistant",
        "Director or head",
        "Team leader",
        "Children and youth librarian",
        "Community librarian",
        "Reference and advice",
        "Teaching and training",
        "Research support",
        "Cataloguing and metadata",
        "Collections and acquisitions",
        "Systems and software",
        "Preservation and digitisation",
        "Archivist",
        "Lecturer or researcher",
        "Student",
    ],
    "CareerStage": [
        "Still studying",
        "First years",
        "Mid career",
        "Long experience",
        "New from another profession",
        "Around retirement",
    ],
    "Interest": [
        "Accessibility",
        "Adult literacy",
        "Artificial intelligence",
        "Book clubs",
        "Buildings and spaces",
        "Cataloguing",
        "Children and families",
        "Climate and sustainability",
        "Community partnerships",
        "Copyright and licences",
        "Digital preservation",
        "Digital skills",
        "Fundraising and advocacy",
        "Games and play",
        "Health information",
        "Indigenous knowledge",
        "Information literacy",
        "Leadership",
        "Libraries in crisis and conflict",
        "Local history",
        "Makerspaces",
        "Mobile libraries",
        "Multilingual collections",
        "Open access",
        "Open source software",
        "Reading promotion",
        "Research data",
        "Storytelling",
        "Teenagers",
        "Wellbeing at work",
    ],
}


def add_words(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Fill each vocabulary that is empty; whoever has words of their own keeps them."""
    for name, labels in LABELS.items():
        terms: Any = apps.get_model("participants", name).objects
        if not terms.exists():
            terms.bulk_create(
                terms.model(label=label, slug=slugify(label), position=position)
                for position, label in enumerate(labels, start=1)
            )


def remove_unused_words(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take back the words that nobody has chosen, for themselves or in a wish."""
    for name, field in [
        ("Workplace", "workplace"),
        ("Role", "role"),
        ("CareerStage", "career_stage"),
        ("Interest", "interests"),
    ]:
        apps.get_model("participants", name).objects.filter(
            slug__in={slugify(label) for label in LABELS[name]} - _used(apps, field)
        ).delete()


def _used(apps: Apps, field: str) -> set[str]:
    applications: Any = apps.get_model("participants", "Application").objects
    wishes: Any = apps.get_model("participants", "Wish").objects
    wished = wishes.filter(aspect=field).values_list("values", flat=True)
    chosen = applications.values_list(f"{field}__slug", flat=True)
    return set(chosen) | {slug for slugs in wished for slug in slugs}


class Migration(migrations.Migration):
    dependencies = [("participants", "0001_initial")]

    operations = [migrations.RunPython(add_words, remove_unused_words)]
