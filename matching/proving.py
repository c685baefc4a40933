"""A stored proposal, held against its proof once more."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from matching.engine import CertificateError, Solution, verify, weights_to_prove
from matching.models import Proposal
from matching.problems import candidates, digests, problem


class CannotVerify(Exception):
    """Why a proposal cannot be held against its proof, in words for organisers."""


def verify_proposal(proposal: Proposal, folder: Path | None = None) -> Solution:
    """Prove a proposal again from the rows themselves, by the checker alone.

    With a folder, weights.npz and certificate.json are left there, for
    `python -m matching.engine.certificate`. CertificateError where the proof fails.
    """
    if not proposal.proof:
        raise CannotVerify(f"{proposal} was made without a proof.")
    applications = candidates(proposal.round)
    asked = problem(proposal.round, applications, proposal.seed)
    asked = replace(asked, levels=tuple(proposal.made_with["levels"]))
    if digests(asked, applications) != proposal.made_with["people"]:
        raise CannotVerify(
            f"People came, went or changed their answers since {proposal} was made."
        )
    index = {application.pk: k for k, application in enumerate(applications)}
    groups = _groups(proposal, index)
    trio = [person for group in groups if len(group) == 3 for person in group]
    solution = Solution.from_json(json.dumps(proposal.proof))
    weights = weights_to_prove(asked, trio)
    if folder:
        np.savez_compressed(folder / "weights.npz", weights)
        (folder / "certificate.json").write_text(solution.to_json())
    rest = [person for person in range(len(applications)) if person not in set(trio)]
    pairs = {tuple(sorted((rest[i], rest[j]))) for i, j in solution.pairs}
    if pairs != {tuple(group) for group in groups if len(group) == 2}:
        raise CertificateError("The proof is about other pairs than the proposal.")
    verify(weights, solution)
    return solution


def _groups(proposal: Proposal, index: dict[int, int]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for match, application in proposal.seats.values_list("match", "application"):
        groups.setdefault(match, []).append(index[application])
    return [sorted(group) for group in groups.values()]
