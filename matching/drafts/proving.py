"""A stored proposal, held against its proof once more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from matching.engine import (
    SCORING_VERSION,
    CertificateError,
    Problem,
    Solution,
    verify,
    weights_to_prove,
)
from matching.models import Proposal
from matching.problems import asked_again, candidates, digests, groups_of, input_hash
from participants.models import Application


class CannotVerify(Exception):
    """Why a proposal cannot be held against its proof, in words for organisers."""


def verify_proposal(proposal: Proposal, folder: Path | None = None) -> Solution:
    """Prove a proposal again from the rows themselves, by the checker alone.

    With a folder, weights.npz and certificate.json are left there, for
    `python -m matching.engine.certificate`. CertificateError where the proof fails.
    """
    applications = candidates(proposal.round)
    asked = _as_then(proposal, applications)
    _check(proposal, asked, applications)
    index = {application.pk: k for k, application in enumerate(applications)}
    groups = [
        sorted(index[key] for key in group if key in index)
        for group in groups_of(proposal)
    ]
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


def _as_then(proposal: Proposal, applications: Sequence[Application]) -> Problem:
    """What the engine was asked."""
    asked = asked_again(proposal, applications)
    levels = tuple(proposal.made_with.get("levels", asked.levels))
    return replace(asked, levels=levels)


def _check(
    proposal: Proposal, asked: Problem, applications: Sequence[Application]
) -> None:
    """Refuse, in words, where a failing proof would prove nothing."""
    made_with = proposal.made_with
    if not proposal.proof:
        raise CannotVerify(f"{proposal} was made without a proof.")
    if made_with.get("scoring") != SCORING_VERSION:
        raise CannotVerify(
            f"{proposal} was made by another version of the scoring, which weighed pairs "
            "otherwise. Its proof can only be checked with that version: "
            f"{made_with.get('version', 'unknown')}."
        )
    if digests(asked, applications) != made_with["people"]:
        raise CannotVerify(
            f"People came, went or changed their answers since {proposal} was made."
        )
    if input_hash(asked) != made_with["input"]:
        raise CannotVerify(
            f"The round’s dates, or who shall or shall not meet, changed since {proposal} was made."
        )
