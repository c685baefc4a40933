"""How many examples a property test tries."""

from __future__ import annotations

import os

from hypothesis import settings

THOROUGH = "THOROUGH" in os.environ  # as CI is
QUICK = 6  # one in so many examples where somebody waits for the answer


def examples(count: int) -> settings:
    """So many examples in CI, and a share of them, new ones each time, everywhere else."""
    share = 1 if THOROUGH else QUICK
    return settings(max_examples=max(5, count // share), deadline=None)
