"""How a proposal was made, for whoever wants to check it or to find it again."""

from __future__ import annotations

from matching.models import Proposal
from matching.wording import duration
from rounds.levels import LEVELS


def small_print(proposal: Proposal) -> list[tuple[str, str]]:
    made_with, seconds = proposal.made_with, proposal.figures.get("seconds")
    step, left = made_with.get("hours_step"), made_with.get("left_to_draw", [])
    rows = [
        ("Order of what matters", _in_words(made_with.get("levels", []))),
        ("Hours awake together", f"in steps of {duration(step)}" if step else ""),
        ("Left to the draw", "; ".join(LEVELS.get(level, level) for level in left)),
        ("Began with", made_with.get("source", "")),
        ("Found in", f"{seconds} seconds" if seconds is not None else ""),
    ]
    return [row for row in rows if row[1]]


def _in_words(levels: list[str]) -> str:
    """Between the first level, which is always the same, and the draw."""
    words = [LEVELS.get(level, level) for level in levels]
    first = "first the fewest people without a partner"
    return "; then ".join([first, *words, "a draw where all else is equal"])
