"""Find the best matching of a round, from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.services import NobodyToMatch, propose
from rounds.models import Round


class Command(BaseCommand):
    help = "Find the best matching of a round, keep it as a proposal, and print its figures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "round", help="the round's name as in its address, such as pilot"
        )
        parser.add_argument(
            "--seed", type=int, default=0, help="decides between equals"
        )
        parser.add_argument(
            "--json", action="store_true", help="print the figures as JSON"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        round_ = Round.objects.named(options["round"])
        if round_ is None:
            raise CommandError(f"There is no round called “{options['round']}”.")
        try:
            proposal = propose(round_, seed=options["seed"])
        except (NobodyToMatch, ValueError) as error:
            raise CommandError(str(error)) from error
        figures = {
            "proposal": proposal.pk,
            "input": proposal.made_with["input"],
            **proposal.figures,
        }
        self.stdout.write(
            json.dumps(figures) if options["json"] else _in_words(figures)
        )


def _in_words(figures: dict[str, Any]) -> str:
    share = 100 * figures["wishes_met"] // max(1, figures["wishes"])
    return "\n".join(
        [
            f"Proposal {figures['proposal']}, in {figures['seconds']} s",
            f"  {figures['matched']} of {figures['applicants']} people matched, "
            f"{figures['groups_of_three']} groups of three, {figures['unmatched']} left over",
            f"  {figures['wishes_met']} of {figures['wishes']} wishes met ({share} %), "
            f"{figures['none_met']} people with none of theirs",
            f"  {figures['countries']} countries, {figures['links']} links between them",
        ]
    )
