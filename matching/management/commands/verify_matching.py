"""Hold a stored proposal against its proof."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.drafts.proving import CannotVerify, verify_proposal
from matching.engine import CertificateError
from matching.models import Proposal


class Command(BaseCommand):
    help = "Prove once more that a proposal's pairs are the best there are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("proposal", type=int, help="the proposal's number")
        parser.add_argument(
            "--save",
            type=Path,
            metavar="FOLDER",
            help="leave weights.npz and certificate.json there",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        proposal = Proposal.objects.filter(pk=options["proposal"]).first()
        if proposal is None:
            raise CommandError(f"There is no proposal {options['proposal']}.")
        folder = options["save"]
        if folder and not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        try:
            solution = verify_proposal(proposal, folder)
        except (CannotVerify, CertificateError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Proven: no other pairs are worth more than these {len(solution.pairs)}."
        )
