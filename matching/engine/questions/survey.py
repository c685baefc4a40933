"""What can be said of a pool of people before anybody is matched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.grouping.parts import Parts
from matching.engine.problem import Problem
from matching.engine.questions.concessions import Prospect, Row, rows
from matching.engine.scoring.aspects import ASPECTS
from matching.engine.scoring.scores import Scoring

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Hopeless:
    """A wish that nobody can meet.

    `offered`: how many others would meet it, none of whom may be paired with this person (by
    id); 0 where nobody here would.
    """

    person: int
    aspect: str
    offered: int


@dataclass(frozen=True)
class Survey:
    """Whoever has few possible partners, the fewest first; and wishes that nobody can meet."""

    few: tuple[Prospect, ...]
    hopeless: tuple[Hopeless, ...]


def survey(problem: Problem, at_most: int = 2) -> Survey:
    """Look at everybody once. `few`: who may be paired with at most so many people."""
    scoring = Scoring(problem)
    few: list[Prospect] = []
    hopeless: list[Hopeless] = []
    for row in rows(scoring, np.arange(scoring.n)):
        if row.possible.sum() <= at_most:
            few.append(row.prospect())
        hopeless.extend(_hopeless(row))
    few.sort(key=lambda one: (one.possible, one.person))
    return Survey(tuple(few), tuple(hopeless))


def _hopeless(row: Row) -> Iterator[Hopeless]:
    """The wishes that nobody meets who is in this person's reach.

    Of somebody without anybody in reach, only those that nobody else would meet either.
    """
    scoring, place, reachable = row.scoring, row.place, row.reachable
    met = scoring.met(np.array([place]), np.arange(scoring.n))
    met[place] = 0
    in_reach = met[reachable] if reachable.any() else met
    for k, aspect in enumerate(ASPECTS):
        if scoring.wishes.strengths[place, k] and not (in_reach >> k & 1).any():
            offered = int((met >> k & 1).sum())
            yield Hopeless(scoring.people[place].id, aspect, offered)


def fewest_alone(problem: Problem) -> int:
    """How many people must stay without a partner, whoever is paired with whom."""
    scoring = Scoring(problem)
    allowed = scoring.block(slice(None), slice(None)) >= 0
    willing = np.array([p.accepts_three for p in scoring.people], dtype=np.bool_)
    return Parts(allowed, willing).fewest_alone
