from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from participants.models import CareerStage, Interest, Role, Workplace
from tests.factories import ApplicationFactory, WishFactory, WorkplaceFactory

migration = import_module("participants.migrations.0002_starting_vocabulary")

pytestmark = pytest.mark.django_db

VOCABULARIES = [Workplace, Role, CareerStage, Interest]


def words(vocabulary):
    return list(vocabulary.objects.values_list("label", flat=True))


def test_every_vocabulary_begins_with_words_in_their_order():
    for vocabulary in VOCABULARIES:
        vocabulary.objects.all().delete()

    migration.add_words(apps, None)

    for vocabulary in VOCABULARIES:
        assert words(vocabulary) == migration.LABELS[vocabulary.__name__]


def test_words_of_ones_own_are_left_alone():
    Workplace.objects.all().delete()
    WorkplaceFactory(slug="chess-club")

    migration.add_words(apps, None)

    assert words(Workplace) == ["Chess club"]


def test_going_back_leaves_what_somebody_uses_or_wishes_for():
    application = ApplicationFactory(
        workplace__slug="archive",
        role__slug="archivist",
        career_stage__slug="long-experience",
        interests=["local-history", "storytelling"],
    )
    WishFactory(application=application, aspect="role", values=["student"])
    WorkplaceFactory(slug="chess-club")

    migration.remove_unused_words(apps, None)

    assert words(Workplace) == ["Chess club", "Archive"]
    assert words(Role) == ["Archivist", "Student"]
    assert words(CareerStage) == ["Long experience"]
    assert words(Interest) == ["Local history", "Storytelling"]
