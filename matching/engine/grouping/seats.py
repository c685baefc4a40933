"""The two steps of a repair: who must stay out, and who is seated with whom.

Everything here is by index among those concerned, of whom `needs` (n,) says who is needy; the
others are volunteers, who are never paired with each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from matching.engine.certificate import CertificateError, verify
from matching.engine.grouping.groups import best_groups
from matching.engine.scoring.scores import FORBIDDEN, MOST, Scores
from matching.engine.solution import Solution
from matching.engine.solving.solver import solve
from matching.engine.solving.weights import Ints

Bools = NDArray[np.bool_]
Group = tuple[int, ...]


@dataclass(frozen=True, order=True)
class Fewest:
    """The fewest needy alone, then groups of three, then volunteers asked; least comes first."""

    alone: int
    threes: int
    asked: int
    is_proven: bool = field(compare=False)


def count_fewest(scores: Scores, needs: Bools, seed: int) -> Fewest:
    """How few may stay out, and how few must be asked.

    Two volunteers who are "paired" here, at no worth, both stay as they are; so the most pairs
    leave over nobody but needy people, and one volunteer where the number is odd.
    """
    counting = _counting(scores, needs)
    proof = solve(counting.weights, seed=seed)
    proven = is_proven(counting.weights, proof)
    in_pairs = _count(proof.pairs, needs, proven)
    if not in_pairs.alone:
        return in_pairs
    # An odd volunteer who stays as they are needs a spare one to do so with, and how many
    # volunteers are asked is not known yet.
    spare = _with_more(counting, ~needs[:, None])
    tried = (best_groups(one, seed).groups for one in (counting, spare))
    return min(in_pairs, *(_count(groups, needs, proven) for groups in tried))


def _counting(scores: Scores, needs: Bools) -> Scores:
    """Where each needy person counts more than all volunteers, and these count against a group."""
    gain = np.where(needs, len(needs) + 1, -1)
    idle = ~(needs[:, None] | needs | np.eye(len(needs), dtype=np.bool_))
    weights = np.where(scores.allowed, gain[:, None] + gain, FORBIDDEN)
    weights[idle] = 0
    return replace(
        scores,
        weights=weights,
        allowed=weights >= 0,
        table=np.broadcast_to(gain[:, None], scores.table.shape),
        half_hour=0,
        kept_pair=0,
    )


def _count(groups: Iterable[Group], needs: Bools, is_proven: bool) -> Fewest:
    served = new_groups(groups, needs)
    people = [k for group in served for k in group]
    return Fewest(
        alone=int(needs.sum() - needs[people].sum()),
        threes=sum(len(group) == 3 for group in served),
        asked=int((~needs[people]).sum()),
        is_proven=is_proven,
    )


def new_groups(groups: Iterable[Group], needs: Bools) -> list[Group]:
    """Those that serve somebody: without people on chairs, and volunteers who stay as they are."""
    n = len(needs)
    return [group for group in groups if group[-1] < n and needs[list(group)].any()]


def of_use(scores: Scores, needs: Bools, asked: int) -> Ints:
    """The needy, and for each of them as many volunteers, the best, as are asked in all.

    Who is with another volunteer could as well be with one of these: not all of them are taken.
    """
    worth = scores.weights[np.ix_(needs, ~needs)]
    least = np.sort(worth, axis=1)[:, -asked, None] if asked else MOST + 1
    useful = needs.copy()
    useful[~needs] = ((worth >= 0) & (worth >= least)).any(axis=0)
    return np.flatnonzero(useful)


def only(scores: Scores, few: Ints) -> Scores:
    both = np.ix_(few, few)
    return replace(
        scores,
        people=tuple(scores.people[k] for k in few),
        allowed=scores.allowed[both],
        met=scores.met[both],
        minutes=scores.minutes[both],
        table=scores.table[few],
        weights=scores.weights[both],
        earlier=scores.earlier.among(few, len(few)),
    )


def with_chairs(scores: Scores, needs: Bools, alone: int, asked: int) -> Scores:
    """With a chair for each who may stay out, so that all can be seated, at the greatest worth.

    The chairs come after the people, those for the needy first.
    """
    chairs = np.repeat([True, False], [alone, int((~needs).sum()) - asked])
    weights = np.where(needs[:, None] | needs, scores.weights, FORBIDDEN)
    return _with_more(replace(scores, weights=weights), needs[:, None] == chairs)


def _with_more(scores: Scores, sits: Bools) -> Scores:
    """With more to be paired with, at no worth, as `sits` (n, more) allows."""
    n, more = len(sits), (0, sits.shape[1])
    weights = np.pad(scores.weights, more, constant_values=FORBIDDEN)
    weights[:n, n:] = np.where(sits, 0, FORBIDDEN)
    weights[n:, :n] = weights[:n, n:].T
    nobody = [replace(person, accepts_three=False) for person in scores.people[:1]]
    return replace(
        scores,
        people=(*scores.people, *nobody * sits.shape[1]),
        allowed=weights >= 0,
        met=np.pad(scores.met, more),
        minutes=np.pad(scores.minutes, more),
        table=np.pad(scores.table, (more, (0, 0))),
        weights=weights,
        earlier=scores.earlier.among(np.arange(n), len(weights)),
    )


def is_proven(weights: Ints, proof: Solution) -> bool:
    """Whether the checker agrees that this is the best."""
    try:
        verify(weights, proof)
    except CertificateError:
        return False
    return proof.is_optimal
