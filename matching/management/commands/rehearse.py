"""Rehearsals, from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching import rehearsal
from participants.invented.people import EmptyVocabulary
from rounds.models import Round


class Command(BaseCommand):
    help = (
        "Copy a round with invented people, to try everything out: nobody outside sees it, "
        "and no mail leaves. Of a rehearsal: travel to a day, or delete it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "round", help="the round's name as in its address, such as pilot"
        )
        parser.add_argument("--people", type=int, default=60, help="how many to invent")
        parser.add_argument(
            "--seed", type=int, default=1, help="another number, other people"
        )
        parser.add_argument(
            "--day",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the day of its calendar that is to be today",
        )
        parser.add_argument(
            "--delete", action="store_true", help="delete the rehearsal with its people"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        round_ = Round.objects.named(options["round"])
        if round_ is None:
            raise CommandError(f"There is no round called “{options['round']}”.")
        if options["delete"]:
            self._delete(round_)
            return
        if not round_.is_rehearsal:
            round_ = self._begin(round_, options["people"], options["seed"])
        if options["day"]:
            rehearsal.travel_to(round_, options["day"])
        self.stdout.write(f"{round_} ({round_.slug}): {round_.phase.label}.")

    def _begin(self, round_: Round, people: int, seed: int) -> Round:
        if people < 1:
            raise CommandError("--people must be 1 or more.")
        try:
            return rehearsal.rehearse(round_, people=people, seed=seed)
        except EmptyVocabulary as error:
            raise CommandError(str(error)) from error

    def _delete(self, round_: Round) -> None:
        try:
            rehearsal.dissolve(round_)
        except rehearsal.NotARehearsal as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{round_} is deleted, with all its people and mails.")
