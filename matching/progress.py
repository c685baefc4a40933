"""How far a search has come, judged by what its stages usually take."""

from __future__ import annotations

from datetime import datetime
from math import exp

from matching.models import Search

Stage = Search.Stage

# Seconds for a thousand people, and the power of their number with which they grow.
USUAL = {
    Stage.READING: (1.0, 1),
    Stage.SCORING: (0.3, 2),
    Stage.SOLVING: (1.0, 2),
    Stage.PROVING: (0.1, 2),
    Stage.EXPLAINING: (20.0, 2),
    Stage.SAVING: (0.5, 1),
}


def percent(search: Search, now: datetime) -> int:
    """How much of the work is done. Within a stage it nears the next one, ever slower."""
    if search.stage == Stage.DONE:
        return 100
    if search.stage == Stage.QUEUED or search.stage_at is None:
        return 0
    usual = _usual(search.people)
    stages = list(usual)
    here = stages.index(Stage(search.stage))
    over = sum(usual[stage] for stage in stages[:here])
    mine = usual[stages[here]]
    waited = max(0.0, (now - search.stage_at).total_seconds())
    share = (over + mine * (1 - exp(-waited / mine))) / sum(usual.values())
    return min(99, int(100 * share))


def _usual(people: int) -> dict[Search.Stage, float]:
    """Seconds that each stage takes with so many people."""
    thousands = max(1, people) / 1000
    return {stage: each * thousands**power for stage, (each, power) in USUAL.items()}
