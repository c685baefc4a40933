"""The meter, timed: preparing a round's people, and one look of somebody who wishes.

python -m tests.benchmarks.meter 300 1000 5000
"""

from __future__ import annotations

import sys

from matching.engine import Crowd
from tests.benchmarks.invented import invented
from tests.benchmarks.questions import seconds


def timed(count: int) -> tuple[float, float]:
    """The seconds to prepare so many people, and those of one look."""
    pool = invented(count + 1)
    *people, newcomer = pool.people
    crowd = Crowd(people, pool.starts, pool.ends)
    preparing = seconds(lambda: Crowd(people, pool.starts, pool.ends))
    return preparing, seconds(lambda: crowd.chances(newcomer).possible)


def main() -> None:
    for count in map(int, sys.argv[1:] or ["1000"]):
        preparing, look = timed(count)
        print(f"{count:,} people: prepared in {preparing:.3f} s, a look {look:.5f} s")


if __name__ == "__main__":
    main()
