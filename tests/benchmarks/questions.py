"""What-ifs and reasons, timed: how long an organiser waits for an answer.

python -m tests.benchmarks.questions 1000 2000
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from time import perf_counter
from typing import Any

from matching.engine import match, repair
from matching.engine.grouping.groups import Grouping, best_groups
from matching.engine.questions.reasons import Reasons
from matching.engine.questions.whatif import WhatIf
from matching.engine.scoring.scores import Scores, Scoring, score
from tests.benchmarks.invented import invented


def seconds(work: Callable[[], Any]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def prepared(count: int) -> tuple[Scores, Grouping, WhatIf]:
    pool = invented(count)
    scores = score(pool)
    best = best_groups(scores)
    return scores, best, WhatIf(scores, best.groups, Scoring(pool).units.of)


def what_ifs(count: int, asked: int = 30) -> Iterator[tuple[str, float, float]]:
    """By kind of question: its name, mean and longest seconds of some asked at random."""
    scores, best, questions = prepared(count)
    chance = random.Random(0)
    pairs = [group for group in best.groups if len(group) == 2]
    preparing = seconds(
        lambda: WhatIf(scores, best.groups, dict(questions.units[::-1]))
    )
    yield "preparing", preparing, preparing
    times: dict[str, list[float]] = {}
    for _ in range(asked):
        a, b = chance.choice(pairs)
        c = chance.choice([k for k in range(count) if scores.allowed[a, k]])
        for name, question in {
            "force a pair": lambda a=a, c=c: questions.force(a, c),
            "forbid a pair": lambda a=a, b=b: questions.forbid(a, b),
            "without a person": lambda a=a: questions.without(a),
            "with one more": lambda c=c: questions.with_person(-1, scores.weights[c]),
            "five alternatives": lambda a=a: questions.alternatives(a),
        }.items():
            times.setdefault(name, []).append(seconds(question))
    for name, taken in times.items():
        yield name, sum(taken) / len(taken), max(taken)


def reasons(count: int) -> tuple[int, float]:
    """How many unmet wishes have a price, and the seconds for all of them."""
    scores, best, questions = prepared(count)
    told = Reasons(scores, questions)

    def explain() -> None:
        for group in best.groups:
            for k in group:
                told.verdicts(k, tuple(other for other in group if other != k))

    taken = seconds(explain)
    return told.explained, taken


def repairs(count: int, lost: int = 50) -> float:
    """The seconds to find new partners for some people of a round, volunteers asked as well."""
    pool = invented(count)
    groups = [group.people for group in match(pool).groups]
    parted, working = groups[: lost // 2], groups[lost // 2 :]
    needy = [person for group in parted for person in group]
    volunteers = [group[0] for group in working[: 2 * lost]]
    apart = frozenset(frozenset(group) for group in parted)
    pool = replace(pool, apart=pool.apart | apart)
    return seconds(lambda: repair(pool, working, needy, volunteers))


def main() -> None:
    for count in map(int, sys.argv[1:] or ["1000"]):
        for name, mean, longest in what_ifs(count):
            print(f"{count:,}: {name}: {mean:.3f} s on average, {longest:.3f} at most")
        explained, taken = reasons(count)
        print(f"{count:,}: {explained} unmet wishes explained in {taken:.1f} s")
        print(f"{count:,}: 50 people repaired in {repairs(count):.2f} s")


if __name__ == "__main__":
    main()
