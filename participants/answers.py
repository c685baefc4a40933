"""What a person told us, checked: the form's answer to its caller, and how it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models

from participants.models import Application, Channel, Interest, SpokenLanguage, Wish


@dataclass(frozen=True)
class Answers:
    """An unsaved application and its unsaved parts."""

    email: str
    application: Application
    interests: list[Interest]
    languages: list[SpokenLanguage]
    channels: list[Channel]
    wishes: list[Wish]

    @property
    def parts(self) -> list[models.Model]:
        """The rows that belong to the application, which must be saved by now."""
        through = Application.interests.through
        chosen = [
            through(application=self.application, interest=interest)
            for interest in self.interests
        ]
        told: list[SpokenLanguage | Channel | Wish] = [
            *self.languages,
            *self.channels,
            *self.wishes,
        ]
        for part in told:
            part.application = self.application
        return [*chosen, *told]


PARTS: list[type[models.Model]] = [
    Application.interests.through,
    SpokenLanguage,
    Channel,
    Wish,
]


def save(answers: Answers) -> None:
    """Save an application with its parts; parts that it had before are replaced."""
    answers.application.save()
    for model in PARTS:
        model._default_manager.filter(application=answers.application).delete()
    _create_parts([answers])


def create_all(everybody: Sequence[Answers]) -> None:
    """Save many new applications, in a few statements."""
    Application.objects.bulk_create([answers.application for answers in everybody])
    _create_parts(everybody)


def _create_parts(everybody: Sequence[Answers]) -> None:
    parts = [part for answers in everybody for part in answers.parts]
    for model in PARTS:
        rows = [part for part in parts if isinstance(part, model)]
        model._default_manager.bulk_create(rows)
